import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";

/** `NODE_OPTIONS` as the image has it. */
export const imageOptions = "--max-semi-space-size=32";

/** A process that is measured from outside, by what the system accounts to it. Linux only. */
export interface Measured {
  readonly name: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface Usage {
  /** Milliseconds of user and system time since the process began, its children included. */
  readonly cpuMs: number;
  /** Resident memory in MiB. */
  readonly rssMiB: number;
}

/** Starts a process of ours on one core and waits for its `{ ready }`. */
export async function startPinned(
  name: string,
  core: number,
  command: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
): Promise<Measured> {
  const child = spawn("taskset", ["-c", String(core), ...command], {
    env: { PATH: "/usr/bin:/bin", ...env },
    // What it warns of is seen beside what is measured.
    stdio: ["ignore", process.stderr, "inherit", "ipc"],
  });
  await ready(name, child);
  return {
    name,
    pid: child.pid as number,
    async stop() {
      if (child.exitCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

/** Waits for the `{ ready }` of a process of ours; rejects when it ends before. */
export async function ready(name: string, child: ChildProcess): Promise<void> {
  const died = once(child, "exit").then(([code]) => {
    throw new Error(`${name} ended with ${code} before it was ready`);
  });
  await Promise.race([once(child, "message"), died]);
}

/** Pins a process that runs already, with all its threads and children. */
export function pin(pid: number, core: number): void {
  for (const one of [pid, ...descendants(pid)]) {
    execFileSync("taskset", ["-acp", String(core), String(one)], { stdio: "ignore" });
  }
}

export function usageOf(pid: number): Usage {
  let cpuMs = 0;
  let rssMiB = 0;
  for (const one of [pid, ...descendants(pid)]) {
    const found = one === pid ? stat(one) : statOfChild(one);
    if (found === undefined) continue;
    const { pages, ticks } = found;
    cpuMs += ticks * 10;
    rssMiB += (pages * 4) / 1024;
  }
  return { cpuMs, rssMiB };
}

/** Resident memory in MiB: of a process alone, and of all its descendants together. */
export function memoryOf(pid: number): { readonly own: number; readonly descendants: number } {
  const mebibytes = (one: number): number => (stat(one).pages * 4) / 1024;
  const below = descendants(pid).map(mebibytes);
  return { own: mebibytes(pid), descendants: below.reduce((sum, one) => sum + one, 0) };
}

/** Fields of proc_pid_stat(5), counted behind the command's name: utime, stime, cutime, cstime in ticks of 10 ms, rss in pages of 4 KiB. */
function stat(pid: number): {
  readonly ticks: number;
  readonly pages: number;
  readonly parent: number;
} {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const at = (index: number): number => fields[index] ?? 0;
  return { parent: at(1), ticks: at(11) + at(12) + at(13) + at(14), pages: at(21) };
}

/** Undefined once it has ended: then its time counts as its parent's. */
function statOfChild(pid: number): ReturnType<typeof stat> | undefined {
  try {
    return stat(pid);
  } catch {
    return undefined;
  }
}

/** The processes that a process has started, and those that they have. */
export function descendants(pid: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const found = statOfChild(Number(entry));
    if (found !== undefined) parents.set(Number(entry), found.parent);
  }
  const found: number[] = [];
  const grow = (from: number): void => {
    for (const [child, parent] of parents) {
      if (parent !== from) continue;
      found.push(child);
      grow(child);
    }
  };
  grow(pid);
  return found;
}
