import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { projectRoot } from "../../runtime/project-root.ts";
import type { Ready } from "../../runtime/run-process.ts";

/** A subgraph in a process of its own, which can die. */
export interface SubgraphProcess {
  /** Where it listens, without a path. */
  readonly url: string;
  /** Gone at once (SIGKILL). */
  kill(): Promise<void>;
}

export async function startSubgraphProcess(
  name: "users" | "todos",
  env: Readonly<Record<string, string>>,
): Promise<SubgraphProcess> {
  const main = join(projectRoot(), "dist/subgraphs", name, "main.js");
  const child = spawn(process.execPath, [main], {
    env: { LOG_LEVEL: "silent", ...env },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = once(child, "exit");
  const died = ended.then(() => {
    throw new Error(`${name} ended before it was ready`);
  });
  died.catch(() => undefined);
  const [ready] = (await Promise.race([once(child, "message"), died])) as [Ready];
  return {
    url: ready.url ?? "",
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
