import { setTimeout as sleep } from "node:timers/promises";
import { eachGateway, type Subject } from "./gateways/each-gateway.ts";
import { fire, type Shot } from "./gateways/fire.ts";
import { saveResult } from "./gateways/save-result.ts";
import { createWorkload } from "./gateways/workloads.ts";
import { memoryOf } from "./processes.ts";

/** Milliseconds between two looks at the memory. */
const every = 5_000;
const connections = 8;
/** What the mixed load is made of, in turn. */
const mix = ["small", "shared", "small", "distinct", "small", "cold", "small"] as const;

interface Sample {
  readonly minutes: number;
  readonly own: number;
  readonly descendants: number;
}

/**
 * `npm run bench -- gateway-memory [--gateways ours] [--documents 10000] [--minutes 10] [--node PATH]`: resident memory of
 * the gateway after so many distinct documents, and how it grows over minutes of mixed load: the slope of a straight line
 * through the second half, in MB a minute. The planner process is a child of the gateway and counted apart.
 */
export async function benchGatewayMemory(...args: readonly string[]): Promise<void> {
  const results: object[] = [];
  await eachGateway(args, { documents: 10_000, minutes: 10 }, async (subject, numbers) => {
    results.push(await measureMemory(subject, numbers));
  });
  print(`kept in ${await saveResult("gateway-memory", { results })}`);
}

async function measureMemory(
  { gateway, name }: Subject,
  { documents, minutes }: { readonly documents: number; readonly minutes: number },
): Promise<object> {
  const load = { url: gateway.url, headers: {}, connections };
  const started = memoryOf(gateway.pid);
  const cold = (await createWorkload("cold")).open();
  await fire({ ...load, until: { requests: documents }, next: cold.next });
  const after = memoryOf(gateway.pid);
  print(
    `memory ${name} documents ${documents} rss_mb ${mb(after.own)} planner_rss_mb ${mb(after.descendants)} at_start_mb ${mb(started.own)}`,
  );

  const samples: Sample[] = [];
  const begun = performance.now();
  let done = false;
  const look = async (): Promise<void> => {
    while (!done) {
      samples.push({ minutes: (performance.now() - begun) / 60_000, ...memoryOf(gateway.pid) });
      await sleep(every);
    }
  };
  const looking = look();
  try {
    await fire({ ...load, until: { milliseconds: minutes * 60_000 }, next: await createMix() });
  } finally {
    done = true;
    await looking;
  }
  const late = samples.filter((one) => one.minutes > minutes / 2);
  const slopes = {
    own: slope(late.map((one) => [one.minutes, one.own])),
    descendants: slope(late.map((one) => [one.minutes, one.descendants])),
  };
  print(
    `memory ${name} minutes ${minutes} slope_mb_per_minute ${slopes.own.toFixed(2)} planner ${slopes.descendants.toFixed(2)} first_mb ${mb(samples[0]?.own)} last_mb ${mb(samples.at(-1)?.own)} most_mb ${mb(Math.max(...samples.map(({ own }) => own)))}`,
  );
  return { gateway: name, documents, started, after, minutes, slopes, samples };
}

async function createMix(): Promise<() => Shot> {
  const streams = await Promise.all(mix.map(async (name) => (await createWorkload(name)).open()));
  let turn = 0;
  return () => {
    const stream = streams[turn++ % streams.length];
    if (stream === undefined) throw new Error("the mix is empty");
    return stream.next();
  };
}

/** Of the straight line with the least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(([one]) => one)), mean(points.map(([, one]) => one))];
  const above = points.reduce((sum, [px, py]) => sum + (px - x) * (py - y), 0);
  const below = points.reduce((sum, [px]) => sum + (px - x) ** 2, 0);
  return above / below;
}

function mb(value: number | undefined): string {
  return value?.toFixed(0) ?? "-";
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
