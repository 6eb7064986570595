import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describeFault } from "./broken.ts";

/** A process of a subgraph that ended before it was ready. */
export interface Crash {
  readonly subgraph: string;
  /** In words. */
  readonly how: string;
  /** All that it said on standard error. */
  readonly said: string;
}

/** Why a process did not start, for its author: the line of the source, not of what was built of it. */
export function describeCrash(crash: Crash, dist: string): string {
  const { how, said, subgraph } = crash;
  const message =
    /^\s*(?:Uncaught )?\w*Error(?: \[\w+\])?: (.+)$/m.exec(said)?.[1] ??
    said.trim().split("\n")[0] ??
    "";
  const missing = missingImport(message, dist);
  const built = missing === undefined ? placesIn(said, dist) : [missing.place];
  const own = built.find(({ file }) => isBelow(join(dist, "subgraphs", subgraph), file));
  const place = own ?? built[0];
  const source = place && sourceOf(place);
  return describeFault({
    ...source,
    message: missing?.message ?? (message === "" ? `${subgraph} ${how}` : message),
    hint: hintFor(message),
  });
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where the built code is named, `file:///…/dist/subgraphs/todos/resolvers.js:12:3`, in order. */
function placesIn(said: string, dist: string): readonly Place[] {
  const pattern = /(file:\/\/\/(?:[A-Z]:)?[^\s:()']+\.js):(\d+)(?::(\d+))?/g;
  return [...said.matchAll(pattern)]
    .map(([, url = "", line, column]) => ({
      file: fileURLToPath(url),
      line: Number(line),
      column: Number(column ?? 1),
    }))
    .filter(({ file }) => isBelow(dist, file));
}

/** Node names who imports what is not there, both as built, and no line. */
function missingImport(
  message: string,
  dist: string,
): { readonly place: Place; readonly message: string } | undefined {
  const [, kind = "", wanted = "", file = ""] =
    /^Cannot find (module|package) '([^']+)' imported from (.+)$/.exec(message) ?? [];
  if (file === "" || !isBelow(dist, file)) return undefined;
  const ending = kind === "module" ? `/${basename(wanted)}"` : `"${wanted}`;
  const lines = readFileSync(file, "utf8").split("\n");
  const index = lines.findIndex((line) => line.includes(ending));
  const name = isBelow(dist, wanted) ? relative(dist, wanted).replace(/js$/, "ts") : wanted;
  return {
    place: { file, line: index + 1, column: 1 },
    message: `cannot find ${kind} ${name}`,
  };
}

function isBelow(folder: string, file: string): boolean {
  return !relative(folder, file).startsWith("..");
}

function sourceOf({ column, file, line }: Place): { file: string; line?: number } {
  try {
    const map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8")));
    const entry = map.findEntry(line - 1, column - 1);
    if (!("originalSource" in entry)) return { file, line };
    return { file: resolve(dirname(file), entry.originalSource), line: entry.originalLine + 1 };
  } catch {
    return { file, line };
  }
}

const hints: readonly (readonly [RegExp, string])[] = [
  [/does not provide an export/, "export it there, or correct the import."],
  [/Cannot find module/, "correct the path of the import, or save what it names."],
  [/Cannot find package/, "correct the import, or install the package."],
];

function hintFor(message: string): string {
  const known = hints.find(([pattern]) => pattern.test(message));
  return known?.[1] ?? "correct what stops the process there before it is ready.";
}
