import { execFileSync } from "node:child_process";

interface Process {
  readonly pid: number;
  readonly command: string;
}

/** Processes that a process has started and that still do something. */
export function childrenOf(parent: number): readonly Process[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat=,args="], { encoding: "utf8" });
  return lines.split("\n").flatMap((line) => {
    const [pid, ppid, state = "Z", ...command] = line.trim().split(/\s+/);
    if (Number(ppid) !== parent || state.startsWith("Z")) return [];
    return [{ pid: Number(pid), command: command.join(" ") }];
  });
}
