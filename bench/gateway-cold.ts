import { eachGateway, type Subject } from "./gateways/each-gateway.ts";
import { fire } from "./gateways/fire.ts";
import { longestBlock } from "./gateways/metrics.ts";
import { saveResult } from "./gateways/save-result.ts";
import { createWorkload } from "./gateways/workloads.ts";
import { memoryOf } from "./processes.ts";

/** Cold operations in flight at most. */
const coldConnections = 4;

/**
 * `npm run bench -- gateway-cold [--gateways ours] [--cold 100] [--connections 16] [--seconds 10] [--node PATH]`: p99 of
 * `small` while large operations that nobody asked before are planned, against p99 alone, and the memory of the process
 * that plans (a child of the gateway). `seconds` is how long p99 alone is measured.
 */
export async function benchGatewayCold(...args: readonly string[]): Promise<void> {
  const results: object[] = [];
  const defaults = { cold: 100, connections: 16, seconds: 10 };
  await eachGateway(args, defaults, async (subject, numbers) => {
    results.push(await measureCold(subject, numbers));
  });
  print(`kept in ${await saveResult("gateway-cold", { results })}`);
}

async function measureCold(
  { gateway, name, ours }: Subject,
  numbers: { readonly cold: number; readonly connections: number; readonly seconds: number },
): Promise<object> {
  const { cold, connections, seconds } = numbers;
  const [small, large] = [await createWorkload("small"), await createWorkload("large")];
  const warm = { url: gateway.url, headers: {}, connections, next: small.open().next };
  await fire({ ...warm, until: { milliseconds: (seconds * 1_000) / 2 } });
  if (ours) await longestBlock(gateway.url);
  const alone = await fire({ ...warm, until: { milliseconds: seconds * 1_000 } });
  const blockAlone = ours ? await longestBlock(gateway.url) : undefined;

  let over = false;
  const planned = fire({
    url: gateway.url,
    headers: {},
    connections: coldConnections,
    until: { requests: cold },
    next: large.open().next,
  }).finally(() => {
    over = true;
  });
  const [meanwhile, { milliseconds: planningMs }] = await Promise.all([
    fire({ ...warm, until: { done: () => over } }),
    planned,
  ]);
  const blockMeanwhile = ours ? await longestBlock(gateway.url) : undefined;
  const memory = memoryOf(gateway.pid);
  const result = {
    gateway: name,
    cold,
    connections,
    alone,
    meanwhile,
    planningMs,
    blockAlone,
    blockMeanwhile,
    memory,
  };
  print(
    `cold ${name} p99_alone ${alone.p99.toFixed(2)} p99_meanwhile ${meanwhile.p99.toFixed(2)} ratio ${(meanwhile.p99 / alone.p99).toFixed(2)} planned ${cold} seconds ${(planningMs / 1_000).toFixed(1)} block_ms ${blockAlone?.toFixed(1) ?? "-"} ${blockMeanwhile?.toFixed(1) ?? "-"} rss_mb ${memory.own.toFixed(0)} planner_rss_mb ${memory.descendants.toFixed(0)}`,
  );
  return result;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
