import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** A server process, as its data folder tells. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly accepts: boolean;
}

/** The server that runs on a data folder, whoever started it. */
export async function findPostmaster(data: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "");
  const lines = text.split("\n");
  const pid = Number(lines[0]);
  if (!(pid > 0) || !(await runsOn(pid, data))) return undefined;
  return { pid, port: Number(lines[3]), accepts: lines[7]?.trim() === "ready" };
}

/**
 * Removes the mark of a server that is gone and whose number another process has by now: PostgreSQL would take that process
 * for a server. It sees by itself when there is no such process.
 */
export async function forgetForeign(data: string): Promise<void> {
  const file = join(data, "postmaster.pid");
  const pid = Number.parseInt(await readFile(file, "utf8").catch(() => ""), 10);
  if (pid > 0 && isAlive(pid) && !(await runsOn(pid, data))) await rm(file, { force: true });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Ends the server: open transactions are rolled back, what was committed is written out. `immediate` leaves the latter to the next start. */
export async function stopPostmaster(
  pid: number,
  data: string,
  how: "fast" | "immediate",
): Promise<void> {
  signal(pid, how === "fast" ? "SIGINT" : "SIGQUIT");
  const patience = Date.now() + 20_000;
  while (await runsOn(pid, data)) {
    if (Date.now() > patience) signal(pid, "SIGKILL");
    await sleep(15);
  }
}

/** After a crash the number in the file may be that of any other process by now. */
async function runsOn(pid: number, data: string): Promise<boolean> {
  if (process.platform === "linux") {
    // World-readable, unlike its working directory, and empty once the process has ended, reaped or not.
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return command.split("\0").includes(data);
  }
  try {
    const { stdout } = await promisify(execFile)("ps", ["-o", "args=", "-p", String(pid)]);
    return stdout.includes(data);
  } catch {
    return false;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}
