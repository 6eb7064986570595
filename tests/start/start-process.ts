import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { readEnv } from "../../runtime/env.ts";
import { projectRoot } from "../../runtime/project-root.ts";

export interface StartOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Another user, which only root can be. */
  readonly uid?: number;
  readonly gid?: number;
}

/** `npm start` in a process group of its own. */
export interface StartProcess {
  /** npm's, and the number of the group. */
  readonly pid: number;
  /** Waits for the line that says so. @returns where the gateway answers */
  ready(): Promise<string>;
  /** npm and every process below it, PostgreSQL's included. */
  processes(): readonly number[];
  /** Waits until npm ends. @returns its exit code and all that was printed */
  ended(): Promise<{ readonly code: number | null; readonly output: string }>;
}

export function npmStart(options: StartOptions): StartProcess {
  return follow(run("npm", ["start"], options));
}

/** What `npm start` runs. */
export function nodeStart(options: StartOptions): StartProcess {
  return follow(run(process.execPath, ["dist/scripts/start.js"], options));
}

/** Those of the processes that still do something; one that has ended and that nobody asked about does not. */
export function alive(pids: readonly number[]): readonly number[] {
  return listProcesses()
    .filter(({ pid, state }) => pids.includes(pid) && !state.startsWith("Z"))
    .map(({ pid }) => pid);
}

/** Waits a moment for processes whose parent was killed. @returns those that live on nevertheless */
export async function aliveLater(
  pids: readonly number[],
  milliseconds: number,
): Promise<readonly number[]> {
  const end = Date.now() + milliseconds;
  while (alive(pids).length > 0 && Date.now() < end) await sleep(50);
  return alive(pids);
}

function run(
  command: string,
  args: readonly string[],
  { env, uid, gid }: StartOptions,
): ChildProcess {
  const inherited = Object.entries(readEnv()).filter(
    ([name]) => !/^(npm_|TEST_|NODE_|JEST_|.*_URL$)/.test(name),
  );
  return spawn(command, args, {
    cwd: projectRoot(),
    detached: true,
    env: {
      ...Object.fromEntries(inherited),
      PORT: "0",
      USERS_PORT: "0",
      TODOS_PORT: "0",
      LOG_LEVEL: "warn",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
    ...(uid === undefined || gid === undefined ? {} : { uid, gid }),
  });
}

function follow(child: ChildProcess): StartProcess {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, output }));
  const pid = child.pid ?? 0;
  return {
    pid,
    async ready() {
      while (!/^ready in /m.test(output)) {
        if (child.exitCode !== null) throw new Error(`it ended before it was ready:\n${output}`);
        await sleep(20);
      }
      return /^GraphQL +(\S+)$/m.exec(output)?.[1] ?? "";
    },
    processes() {
      const all = listProcesses();
      const found = [pid];
      for (const parent of found) {
        found.push(...all.filter((process) => process.parent === parent).map(({ pid }) => pid));
      }
      return found;
    },
    ended: () => ended,
  };
}

function listProcesses(): readonly { pid: number; parent: number; state: string }[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat="], { encoding: "utf8" });
  return lines.split("\n").map((line) => {
    const [pid, parent, state = "Z"] = line.trim().split(/\s+/);
    return { pid: Number(pid), parent: Number(parent), state };
  });
}
