import { readFileSync } from "node:fs";

/** Milliseconds of a clock tick in /proc, the same on every architecture that Node.js runs on. */
const tick = 10;

/** Milliseconds of CPU that a process has used; undefined where the system does not say (only Linux does). */
export function cpuTimeOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses, which may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * tick;
  } catch {
    return undefined;
  }
}
