import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createLog } from "../../runtime/log.ts";
import { type Client, createClient } from "../harness/client.ts";
import { startRedis, type TestRedis } from "../harness/redis.ts";
import { type ReplicatedGraph, startReplicatedGraph } from "../harness/replicated-graph.ts";
import { until } from "../harness/until.ts";
import { withRedis } from "../harness/with-redis.ts";

/** The same graph with the cache and without it, and what both are asked for. */
interface Side {
  readonly graph: ReplicatedGraph;
  readonly client: Client;
  readonly userId: string;
  readonly listId: string;
}

const document = `query ($user: ID!, $list: ID!) {
  user(id: $user) { handle name } list(id: $list) { name viewerRole owner { name } } }`;

/** Pairs of reads of which the medians are compared. */
const pairs = 15;
/** Milliseconds that a read may wait longer than one that no cache helps. */
const patience = 20;

let redis: TestRedis;
let on: Side;
let off: Side;
/** What the processes of `on` said of Redis since the last recovery. */
let told: string[];

async function startSide(cache: "on" | "off"): Promise<Side> {
  const write = (line: string): void => {
    const { msg } = JSON.parse(line);
    if (/Redis/.test(msg)) told.push(msg);
  };
  const graph = await startReplicatedGraph({
    replicas: 1,
    redisUrl: redis.url,
    env: { CACHE: cache, SUBGRAPH_TIMEOUT_MS: "20000" },
    ...(cache === "on" && { log: createLog("test", "info", { write }) }),
  });
  const { id, token } = await graph.signUp("owner");
  const client = createClient(graph.gateways[0] ?? "", token);
  const { createList } = await client.data(
    'mutation { createList(input: { name: "List", visibility: PUBLIC }) { list { id } } }',
  );
  return { graph, client, userId: id, listId: createList.list.id };
}

/** Milliseconds of one read, whose answer must be right. */
async function read({ client, listId, userId }: Side): Promise<number> {
  const began = performance.now();
  const data = await client.data(document, { user: userId, list: listId });
  const took = performance.now() - began;
  const list = { name: "List", viewerRole: "OWNER", owner: { name: "owner" } };
  expect(data).toEqual({ user: { handle: "owner", name: "owner" }, list });
  return took;
}

/** By how many milliseconds reads with the cache are slower than those without, in turn; below 0 when they are faster. */
async function slower(): Promise<number> {
  const times: [on: number[], off: number[]] = [[], []];
  for (let pair = 0; pair < pairs; pair++) {
    times[1].push(await read(off));
    times[0].push(await read(on));
  }
  const [median, usual] = times.map(
    (some) => some.toSorted((one, other) => one - other)[Math.floor(pairs / 2)] ?? Number.NaN,
  );
  return (median ?? Number.NaN) - (usual ?? Number.NaN);
}

/** Gateway, users and todos have each said this once, however many connections they have and reads there were. */
async function allSay(...words: readonly string[]): Promise<void> {
  const expected = words.flatMap((said) => [said, said, said]);
  await until(async () => {
    await read(on);
    return told.length >= expected.length;
  });
  expect(told.toSorted()).toEqual(expected.toSorted());
}

const fails = "Redis fails, and is done without";
const works = "Redis works again";

withRedis("R62 reads through the gateway wait no longer than without a cache", () => {
  beforeAll(async () => {
    redis = await startRedis();
    await redis.kill();
    told = [];
    [on, off] = await Promise.all([startSide("on"), startSide("off")]);
  }, 60_000);

  afterAll(async () => {
    redis?.resume();
    await on?.graph.stop();
    await off?.graph.stop();
    await redis?.stop();
  });

  /** Until copies are served again. */
  async function recovered(): Promise<void> {
    await until(async () => {
      const statements = await on.graph.statements.during(() => read(on));
      return statements.length === 0;
    });
    told = [];
  }

  test("when Redis is down at the start", async () => {
    expect(await slower()).toBeLessThan(patience);
    await allSay(fails);
  });

  test("when Redis is killed, and another one takes its place", async () => {
    await redis.restart();
    await allSay(fails, works);
    await recovered();
    await redis.kill();
    expect(await slower()).toBeLessThan(patience);
    await allSay(fails);
    await redis.restart();
    expect(await slower()).toBeLessThan(patience);
    await allSay(fails, works);
  });

  test("when Redis is paused", async () => {
    await recovered();
    redis.pause();
    expect(await slower()).toBeLessThan(patience);
    await allSay(fails);
    redis.resume();
    expect(await slower()).toBeLessThan(patience);
    await allSay(fails, works);
  });

  test("when Redis takes two seconds to answer", async () => {
    await recovered();
    await redis.ask((client) => client.call("CLIENT", "PAUSE", "2000", "ALL"));
    expect(await slower()).toBeLessThan(patience);
    await redis.ask((client) => client.call("CLIENT", "UNPAUSE"));
  });

  test("when Redis is full", async () => {
    await recovered();
    await redis.ask(async (client) => {
      await client.config("SET", "maxmemory-policy", "noeviction");
      await client.config("SET", "maxmemory", "1");
    });
    expect(await slower()).toBeLessThan(patience);
    await redis.ask((client) => client.config("SET", "maxmemory", "0"));
  });

  test("when everything in Redis is of another type", async () => {
    await recovered();
    await redis.ask(async (client) => {
      for (const key of await client.keys("*")) {
        await client.del(key);
        await client.sadd(key, "not what it was");
      }
    });
    expect(await slower()).toBeLessThan(patience);
    await redis.ask((client) => client.flushall());
  });
});
