import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { projectRoot } from "../../runtime/project-root.ts";
import { pin } from "../processes.ts";

export interface ShopProcess {
  readonly pid: number;
  readonly urls: Readonly<Record<string, string>>;
  /** Requests that the subgraphs got so far, from whatever gateway. */
  calls(): Promise<number>;
  stop(): Promise<void>;
}

/** The four subgraphs in a process of their own, on this core. */
export async function startShop(core: number): Promise<ShopProcess> {
  const child = fork(join(projectRoot(), "dist/bench/gateways/serve-shop.js"));
  const [{ urls }] = (await once(child, "message")) as [{ readonly urls: Record<string, string> }];
  const pid = child.pid as number;
  pin(pid, core);
  return {
    pid,
    urls,
    async calls() {
      const reply = once(child, "message") as Promise<[{ readonly calls: number }]>;
      child.send("calls");
      return (await reply)[0].calls;
    },
    async stop() {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}
