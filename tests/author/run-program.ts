import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { readEnv } from "../../runtime/env.ts";

/** How a program ended, and what it printed. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a Node program in a folder, as somebody who runs no test. */
export function runProgram(folder: string, ...args: readonly string[]): Promise<Ended> {
  const env = Object.entries(readEnv()).filter(([name]) => !/^(TEST_|NODE_|JEST_)/.test(name));
  const options = { cwd: folder, env: Object.fromEntries(env) };
  return promisify(execFile)(process.execPath, [...args], options).then(
    (done) => ({ code: 0, ...done }),
    (error) => error as Ended,
  );
}
