import type { Compiled } from "./compile.ts";
import type { Planned } from "./planner.ts";
import type { Program } from "./program.ts";

/** Characters of a part, about; some 2 ms to parse. */
const partLength = 64 * 1024;

/** Lists of a program that grow with its operation. */
const lists = ["fetches", "places", "shapes"] as const;

type Growing = { -readonly [List in (typeof lists)[number]]: Program[List][number][] };

/** What was compiled, as it travels and is kept. */
export function writePlanned(compiled: Compiled): Planned {
  if (compiled.kind === "refused") {
    return { ...compiled, characters: JSON.stringify(compiled.errors).length };
  }
  const parts = writeProgram(compiled.program);
  const characters = parts.reduce((sum, { length }) => sum + length, 0);
  return { kind: "program", parts, characters };
}

/** The JSON text of a program, in parts of some length each: no one who reads a large one need do so at a stretch. */
function writeProgram(program: Program): readonly string[] {
  const whole = JSON.stringify(program);
  if (whole.length <= partLength) return [whole];
  const rest = JSON.stringify({ ...program, fetches: [], places: [], shapes: [] });
  return [rest, ...lists.flatMap((list) => partsOf(list, program[list]))];
}

function partsOf(list: string, items: readonly unknown[]): readonly string[] {
  const parts: string[] = [];
  let texts: string[] = [];
  let length = 0;
  const end = (): void => {
    if (texts.length > 0) parts.push(`{"${list}":[${texts.join()}]}`);
    texts = [];
    length = 0;
  };
  for (const item of items) {
    const text = JSON.stringify(item);
    texts.push(text);
    length += text.length;
    if (length >= partLength) end();
  }
  end();
  return parts;
}

/** Reads what `writePlanned` wrote: at once when it is short, or else each part in a turn of its own. */
export function readProgram([first = "", ...more]: readonly string[]): Program | Promise<Program> {
  const program = JSON.parse(first) as Program;
  return more.length === 0 ? program : readMore(program, more);
}

async function readMore(program: Program, parts: readonly string[]): Promise<Program> {
  const growing: Growing = { fetches: [], places: [], shapes: [] };
  for (const part of parts) {
    await new Promise(setImmediate);
    const read = JSON.parse(part) as Partial<Growing>;
    growing.fetches.push(...(read.fetches ?? []));
    growing.places.push(...(read.places ?? []));
    growing.shapes.push(...(read.shapes ?? []));
  }
  return { ...program, ...growing };
}
