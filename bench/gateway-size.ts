import { eachGateway, type Subject } from "./gateways/each-gateway.ts";
import { fire } from "./gateways/fire.ts";
import { longestBlock } from "./gateways/metrics.ts";
import { saveResult } from "./gateways/save-result.ts";
import { createSizedWorkload } from "./gateways/workloads.ts";
import { usageOf } from "./processes.ts";

/** Users in the answer: about 10 kB, 100 kB, 1 MB and 10 MB of it. */
const sizes = [14, 140, 1_400, 14_000];

interface Sized {
  readonly gateway: string;
  readonly bytes: number;
  readonly cpuMs: number;
  readonly cpuMsPerMegabyte: number;
  readonly p50: number;
  /** Milliseconds; only of ours. */
  readonly longestBlock: number | undefined;
  readonly rssMiB: number;
}

/**
 * `npm run bench -- gateway-size [--gateways ours] [--seconds 5] [--node PATH]`: what a request costs as its answer grows
 * from 10 kB to 10 MB, one request at a time, each about another shop. Linear is the same CPU for each megabyte. The
 * longest block of the event loop is read from `/metrics`: 10 ms is a loop at rest.
 */
export async function benchGatewaySize(...args: readonly string[]): Promise<void> {
  const results: Sized[] = [];
  await eachGateway(args, { seconds: 5 }, async (subject, { seconds }) => {
    for (const users of sizes) results.push(await measureSize(subject, users, seconds));
  });
  print(`kept in ${await saveResult("gateway-size", { results })}`);
}

async function measureSize(
  { gateway, name, ours }: Subject,
  users: number,
  seconds: number,
): Promise<Sized> {
  const { bytes, headers, open } = await createSizedWorkload(users);
  const load = { url: gateway.url, headers, connections: 1, next: open().next };
  await fire({ ...load, until: { milliseconds: (seconds * 1_000) / 2 } });
  if (ours) await longestBlock(gateway.url);
  const before = usageOf(gateway.pid);
  const { p50, requests } = await fire({ ...load, until: { milliseconds: seconds * 1_000 } });
  const after = usageOf(gateway.pid);
  const block = ours ? await longestBlock(gateway.url) : undefined;
  const cpuMs = (after.cpuMs - before.cpuMs) / requests;
  const perMegabyte = (cpuMs * 1_000_000) / bytes;
  print(
    `size ${name} bytes ${bytes} cpu_ms ${cpuMs.toFixed(2)} cpu_ms_per_mb ${perMegabyte.toFixed(2)} p50 ${p50.toFixed(1)} block_ms ${block?.toFixed(1) ?? "-"} rss_mb ${after.rssMiB.toFixed(0)}`,
  );
  return {
    gateway: name,
    bytes,
    cpuMs,
    cpuMsPerMegabyte: perMegabyte,
    p50,
    longestBlock: block,
    rssMiB: after.rssMiB,
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
