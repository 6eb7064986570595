import { spawn } from "node:child_process";
import { once } from "node:events";
import { setPriority } from "node:os";
import type { Env } from "../../runtime/env.ts";

/** How much less than the graph a tool may have of the processors: it must not slow down what an author waits for. */
const niceness = 19;

/** How a tool ended: its exit code, undefined when it was ended by us, and all that it printed. */
export interface Ended {
  readonly code: number | undefined;
  readonly output: string;
}

export interface Tool {
  readonly done: Promise<Ended>;
  end(): void;
}

/** Runs a Node program of the project, at low priority. */
export function runTool(root: string, args: readonly string[], env: Env): Tool {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (child.pid !== undefined) setPriority(child.pid, niceness);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return {
    done: once(child, "close").then(([code]) => ({ code: code ?? undefined, output })),
    end: () => void child.kill("SIGKILL"),
  };
}
