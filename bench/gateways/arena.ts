import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIssuer } from "../../tests/harness/issuer.ts";
import { usageOf } from "../processes.ts";
import type { Surroundings } from "./contestants.ts";
import type { RunningGateway } from "./running.ts";
import { startShop } from "./shop-process.ts";
import { writeSupergraph } from "./supergraph.ts";

/** A graph in which gateways are measured: its subgraphs run, on the lab's core. */
export interface Arena {
  readonly surroundings: Omit<Surroundings, "port" | "folder">;
  /** Headers of a viewer whose token is good for a quarter of an hour, if the arena has one for all workloads. */
  viewer(): Promise<Readonly<Record<string, string>>>;
  /** Requests to subgraphs so far. */
  calls(gateway: RunningGateway): Promise<number>;
  /** Milliseconds of CPU that the lab took so far, its subgraphs included. */
  labCpuMs(): number;
}

/** The shop: four static subgraphs. */
export async function openShop(core: number): Promise<Arena & { stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "gateways-bench-"));
  const shop = await startShop(core);
  const issuer = await createIssuer();
  return {
    surroundings: {
      supergraph: await writeSupergraph(folder, shop.urls),
      subgraphs: shop.urls,
      env: { ...issuer.env, GATEWAY_SIGNING_KEY: randomBytes(32).toString("base64url") },
    },
    viewer: async () => ({ authorization: await issuer.authorization("bench") }),
    calls: shop.calls,
    labCpuMs: () => ownCpuMs() + usageOf(shop.pid).cpuMs,
    async stop() {
      await Promise.all([shop.stop(), issuer.stop()]);
      await rm(folder, { recursive: true });
    },
  };
}

/** Milliseconds of CPU of this process. */
export function ownCpuMs(): number {
  const { system, user } = process.cpuUsage();
  return (system + user) / 1_000;
}
