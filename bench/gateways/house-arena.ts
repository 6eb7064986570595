import { join } from "node:path";
import { projectRoot } from "../../runtime/project-root.ts";
import type { House } from "../house.ts";
import { usageOf } from "../processes.ts";
import { type Arena, ownCpuMs } from "./arena.ts";
import { readMetric } from "./metrics.ts";

/** Our own users and todos, which answer no gateway but ours: they want its signature. */
export function createHouseArena(house: House): Arena {
  return {
    surroundings: {
      supergraph: join(projectRoot(), "supergraph.yaml"),
      subgraphs: {},
      env: house.gatewayEnv,
    },
    // Its workloads bring one.
    viewer: async () => ({}),
    calls: ({ url }) => readMetric(url, "gateway_subgraph_calls_total"),
    labCpuMs: () => house.processes.reduce((sum, { pid }) => sum + usageOf(pid).cpuMs, ownCpuMs()),
  };
}
