import { join } from "node:path";
import type { Env } from "../../runtime/env.ts";
import { type Ended, runTool, type Tool } from "./run-tool.ts";

/** Milliseconds after which a check begins: while saves follow each other it only gets in their way. */
const delay = 500;
/** Errors that are printed at most. */
const most = 10;

export interface TypeCheck {
  /** Generates the resolver types of these subgraphs and checks everything; a check that still runs is given up. */
  again(subgraphs: Iterable<string>): void;
  stop(): void;
}

export interface TypeCheckOptions {
  readonly root: string;
  readonly env: Env;
  /** Where what is known of unchanged files is kept. */
  readonly cacheDir: string;
  readonly say: (text: string) => void;
}

/** Looks at types behind the author's back: an error is reported when it is found, and holds nothing up. */
export function createTypeCheck({ cacheDir, env, root, say }: TypeCheckOptions): TypeCheck {
  const outdated = new Set<string>();
  let running: Tool | undefined;
  let round = 0;
  let timer: NodeJS.Timeout | undefined;
  let wasWrong = false;

  async function check(): Promise<void> {
    const mine = ++round;
    /** Undefined when there is a newer round. */
    const run = async (...args: string[]): Promise<Ended | undefined> => {
      const tool = runTool(root, args, env);
      running = tool;
      const ended = await tool.done;
      return mine === round ? ended : undefined;
    };
    if (outdated.size > 0) {
      const generated = await run("scripts/generate-resolver-types.js", ...outdated);
      if (generated === undefined) return;
      if (generated.code !== 0)
        return say(`types: cannot be generated:\n${generated.output.trim()}`);
      outdated.clear();
    }
    const cache = join(cacheDir, "types.tsbuildinfo");
    const tsc = join("node_modules", "typescript", "bin", "tsc");
    const options = ["--noEmit", "--pretty", "false", "--incremental", "--tsBuildInfoFile", cache];
    const found = await run(tsc, "-p", "tsconfig.json", ...options);
    if (found !== undefined) report(describeErrors(found.output));
  }

  function report(errors: readonly string[]): void {
    if (errors.length > 0) {
      const rest = errors.length > most ? [`… and ${errors.length - most} more`] : [];
      const lines = [...errors.slice(0, most), ...rest].map((line) => `  ${line}`);
      say(`types: errors, which hold nothing up:\n${lines.join("\n")}`);
    } else if (wasWrong) {
      say("types: all right again");
    }
    wasWrong = errors.length > 0;
  }

  function stop(): void {
    round += 1;
    clearTimeout(timer);
    running?.end();
  }

  return {
    again(subgraphs) {
      for (const one of subgraphs) outdated.add(one);
      stop();
      timer = setTimeout(() => {
        check().catch((error: Error) => say(`types: ${error.message}`));
      }, delay);
    },
    stop,
  };
}

/** `file(line,column): error TS1: text` as `file:line: text`, as all else is reported. */
function describeErrors(output: string): readonly string[] {
  return [...output.matchAll(/^(\S+)\((\d+),\d+\): error (TS\d+: .*)$/gm)].map(
    ([, file, line, text]) => `${file}:${line}: ${text}`,
  );
}
