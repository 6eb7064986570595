import { readdirSync, readFileSync } from "node:fs";

/**
 * Milliseconds of CPU that processes which run have used so far with all their threads, to the microsecond: what one request of hundreds
 * costs is less than the ticks of proc_pid_stat(5). Linux only.
 */
export function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuOfProcess(pid), 0);
}

/** The first field of `schedstat` is the time on a core, in nanoseconds. */
function cpuOfProcess(pid: number): number {
  const folder = `/proc/${pid}/task`;
  let nanoseconds = 0;
  for (const thread of tryRead(() => readdirSync(folder)) ?? []) {
    const text = tryRead(() => readFileSync(`${folder}/${thread}/schedstat`, "utf8"));
    nanoseconds += Number(text?.split(" ")[0] ?? 0);
  }
  return nanoseconds / 1e6;
}

/** Undefined when it has ended meanwhile. */
function tryRead<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
