import { benchAuthor } from "./author.ts";
import { benchCache } from "./cache.ts";
import { benchConsistency } from "./consistency.ts";
import { benchEgress } from "./egress.ts";
import { benchExplorer } from "./explorer.ts";
import { benchGatewayCold } from "./gateway-cold.ts";
import { benchGatewayMemory } from "./gateway-memory.ts";
import { benchGatewaySize } from "./gateway-size.ts";
import { benchGateways } from "./gateways.ts";
import { benchGraph } from "./graph.ts";
import { benchHostile } from "./hostile.ts";
import { benchProfile } from "./profile.ts";

const workloads: Readonly<Record<string, (...args: string[]) => Promise<void>>> = {
  author: benchAuthor,
  cache: benchCache,
  consistency: benchConsistency,
  egress: benchEgress,
  explorer: benchExplorer,
  gateways: benchGateways,
  "gateway-cold": benchGatewayCold,
  "gateway-memory": benchGatewayMemory,
  "gateway-size": benchGatewaySize,
  graph: benchGraph,
  hostile: benchHostile,
  profile: benchProfile,
};

const [name = "", ...args] = process.argv.slice(2);
const workload = workloads[name];
if (workload === undefined) {
  process.stderr.write(`npm run bench -- WORKLOAD, one of: ${Object.keys(workloads).join(", ")}\n`);
  process.exitCode = 2;
} else {
  await workload(...args);
}
