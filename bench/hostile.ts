import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { request } from "undici";
import { listContestants } from "./gateways/contestants.ts";
import { gatewayCore, moveToLabCore } from "./gateways/cores.ts";
import { longestBlock, readMetric } from "./gateways/metrics.ts";
import { count, defaultNodes } from "./gateways/options.ts";
import { type RunningGateway, startContestant } from "./gateways/running.ts";
import { saveResult } from "./gateways/save-result.ts";
import { type Attack, listAttacks } from "./hostile/attacks.ts";
import { composeHostileGraph } from "./hostile/supergraph.ts";
import { median } from "./load.ts";
import { memoryOf } from "./processes.ts";

/** Milliseconds: to be refused in, and by which a request of someone else may be held up. */
const wanted = { refusal: 50, lag: 20 };
/** Milliseconds between two looks of the gateway at its event loop: a loop at rest is late by so much. */
const resolution = 10;

interface Refused {
  readonly attack: string;
  /** Milliseconds. */
  readonly median: number;
  readonly worst: number;
  /** Milliseconds by which the event loop was late for one request. */
  readonly lag: number;
  readonly worstLag: number;
  /** By how much the resident memory of the gateway and its planner grew. */
  readonly rssMiB: number;
}

/**
 * `npm run bench -- hostile [--times 20] [--node PATH]`: how long a gateway in production takes to refuse what is sent to make
 * it work, by how much that holds up everyone else, and what memory it takes. Every attack comes so many times, one after the
 * other, each time with another text: medians and worst, of which the medians count, since a machine that does something else
 * shows in the worst. It ends with an error when one is not refused as it should be, or a subgraph is asked. Linux only.
 */
export async function benchHostile(...args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      times: { type: "string", default: "20" },
      node: { type: "string", default: defaultNodes()[0] ?? process.execPath },
    },
  });
  const times = count("times", values.times);
  const [ours] = listContestants(["ours"], [values.node]);
  if (ours === undefined) throw new Error("there is no gateway");
  moveToLabCore();
  const folder = await mkdtemp(join(tmpdir(), "hostile-bench-"));
  const supergraph = join(folder, "supergraph.graphql");
  await writeFile(supergraph, await composeHostileGraph());
  const gateway = await startContestant(ours, { supergraph, subgraphs: {}, env: {} }, gatewayCore);
  const results: Refused[] = [];
  try {
    for (const attack of await listAttacks()) {
      const result = await suffer(gateway, attack, times);
      print(line(result));
      results.push(result);
    }
    const calls = await readMetric(gateway.url, "gateway_subgraph_calls_total");
    if (calls > 0) throw new Error(`subgraphs were asked ${calls} times`);
  } finally {
    await gateway.stop();
    await rm(folder, { recursive: true });
  }
  print(`kept in ${await saveResult("hostile", { gateway: ours.name, times, results })}`);
}

async function suffer(gateway: RunningGateway, attack: Attack, times: number): Promise<Refused> {
  // Once before: what is compiled at its first use is compiled.
  await refuse(gateway, attack, times);
  const before = memory(gateway);
  const waits: number[] = [];
  const lags: number[] = [];
  for (let turn = 0; turn < times; turn += 1) {
    await longestBlock(gateway.url);
    waits.push(await refuse(gateway, attack, turn));
    lags.push(Math.max(0, (await longestBlock(gateway.url)) - resolution));
  }
  return {
    attack: attack.name,
    median: median(waits),
    worst: Math.max(...waits),
    lag: median(lags),
    worstLag: Math.max(...lags),
    rssMiB: memory(gateway) - before,
  };
}

function memory({ pid }: RunningGateway): number {
  const { descendants, own } = memoryOf(pid);
  return own + descendants;
}

/** @returns milliseconds. @throws Error when it is not refused as it should be */
async function refuse({ url }: RunningGateway, attack: Attack, turn: number): Promise<number> {
  const { body, headers } = attack.request(turn);
  const sent = performance.now();
  const answer = await request(url, { method: "POST", headers, body });
  const text = await answer.body.text();
  const milliseconds = performance.now() - sent;
  const [status, code] = attack.refusal;
  if (answer.statusCode !== status || !text.includes(`"code":"${code}"`)) {
    throw new Error(
      `${attack.name}: not ${status} ${code} but ${answer.statusCode} ${text.slice(0, 500)}`,
    );
  }
  return milliseconds;
}

function line({ attack, lag, median, rssMiB, worst, worstLag }: Refused): string {
  const slow = median > wanted.refusal || lag > wanted.lag ? " SLOWER THAN WANTED" : "";
  const [wait, late] = [
    [median, worst],
    [lag, worstLag],
  ].map((pair) => pair.map((milliseconds) => milliseconds.toFixed(1)).join(" worst "));
  return `${attack.padEnd(48)} ms ${wait} lag_ms ${late} rss_mb ${rssMiB.toFixed(1)}${slow}`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
