import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { freePort, type House, startHouse } from "./house.ts";
import { allUsers, signUp } from "./house-client.ts";
import { type LoadResult, load, median, type Shot } from "./load.ts";
import { pin, usageOf } from "./processes.ts";

const users = 10_000;
const todos = 10_000;
const [houseCore, loadCore] = [0, 1];
const connections = 16;
const warmUp = 3_000;
const requests = 4_000;
const rounds = 3;
/** Users in one request, and how unequal they are: the k-th is asked for 1/k as often as the first. */
const perRequest = 20;

const document = `query Some(${variables((name) => `$${name}: ID!`)}) {
  ${variables((name) => `${name}: user(id: $${name}) { id handle name avatarUrl }`)} }`;

interface Round extends LoadResult {
  /** Milliseconds of CPU for each request, by process. */
  readonly cpu: ReadonlyMap<string, number>;
}

/**
 * `npm run bench -- cache [NODE]`: 20 users by id through the gateway, few of 10,000 again and again, with the cache of users and without.
 * Prints for both the requests a second and the CPU of each process for a request. Needs a `redis-server` on the PATH.
 */
export async function benchCache(node: string = process.execPath): Promise<void> {
  execFileSync("taskset", ["-acp", String(loadCore), String(process.pid)], { stdio: "ignore" });
  const port = await freePort();
  const redis = spawn("redis-server", ["--port", String(port), "--save", ""], { stdio: "ignore" });
  pin(redis.pid as number, houseCore);
  try {
    for (const cache of ["off", "on"]) {
      const moreEnv = { CACHE: cache, REDIS_URL: `redis://127.0.0.1:${port}` };
      const house = await startHouse({ users, todos, core: houseCore, node, moreEnv });
      try {
        report(cache, await measure(house));
      } finally {
        await house.stop();
      }
    }
  } finally {
    redis.kill();
    await once(redis, "exit");
  }
}

async function measure(house: House): Promise<readonly Round[]> {
  const headers = await signUp(house);
  const ids = (await allUsers(house, headers)).map(({ node }) => node.id);
  const next = (): Shot => shot(ids);
  const options = { url: house.url, headers, connections, next };
  await load({ ...options, requests: warmUp });
  const results: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = house.processes.map(({ pid }) => usageOf(pid).cpuMs);
    const result = await load({ ...options, requests });
    const cpu = house.processes.map(
      ({ name, pid }, at) =>
        [name, (usageOf(pid).cpuMs - (before[at] ?? 0)) / result.requests] as const,
    );
    results.push({ ...result, cpu: new Map(cpu) });
  }
  return results;
}

function shot(ids: readonly string[]): Shot {
  const wanted = Array.from({ length: perRequest }, () => ids[rank(ids.length)] ?? "");
  return {
    body: JSON.stringify({
      query: document,
      variables: Object.fromEntries(wanted.map((id, at) => [`u${at}`, id])),
    }),
    check(answer) {
      const { data, errors } = JSON.parse(answer);
      const right = errors === undefined && wanted.every((id, at) => data[`u${at}`].id === id);
      if (!right) throw new Error(answer.slice(0, 500));
    },
  };
}

/** A rank from 0 by Zipf's law with exponent 1, near enough: the logarithm of the rank is even. */
function rank(most: number): number {
  return Math.min(most - 1, Math.floor((most + 1) ** Math.random()) - 1);
}

function variables(write: (name: string) => string): string {
  return Array.from({ length: perRequest }, (_, at) => write(`u${at}`)).join(" ");
}

function report(cache: string, results: readonly Round[]): void {
  const of = (read: (round: Round) => number): string => median(results.map(read)).toFixed(3);
  const names = [...(results[0]?.cpu.keys() ?? [])];
  const cpu = names.map((name) => `${name}_ms ${of((round) => round.cpu.get(name) ?? 0)}`);
  process.stdout.write(
    `cache ${cache} rps ${of((round) => round.perSecond)} p50 ${of((round) => round.p50)} p99 ${of((round) => round.p99)} cpu ${cpu.join(" ")}\n`,
  );
}
