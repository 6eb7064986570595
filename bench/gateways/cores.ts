import { execFileSync } from "node:child_process";

/** The gateway that is measured has a core of its own; the subgraphs, the load and all else share the other. */
export const [gatewayCore, labCore] = [0, 1] as const;

export function moveToLabCore(): void {
  execFileSync("taskset", ["-acp", String(labCore), String(process.pid)], { stdio: "ignore" });
}
