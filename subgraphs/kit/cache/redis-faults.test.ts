import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  type Replica,
  type Replicas,
  startReplicas,
} from "../../../tests/harness/cache-replicas.ts";
import { hasRedisServer, startRedis, type TestRedis } from "../../../tests/harness/redis.ts";
import { createTcpProxy, type TcpProxy } from "../../../tests/harness/tcp-proxy.ts";
import { until } from "../../../tests/harness/until.ts";

const withRedis = hasRedisServer() ? describe : describe.skip;

/**
 * Milliseconds that a read may wait for Redis, and what a machine adds that runs other tests at the same time. A wait that
 * nobody ends takes seconds.
 */
const patience = 20 + 130;

let redis: TestRedis;
let wire: TcpProxy;
let replicas: Replicas;
let one: Replica;
let other: Replica;

async function start(): Promise<void> {
  wire = await createTcpProxy(Number(new URL(redis.url).port));
  replicas = await startReplicas(1, redis.url);
  one = replicas.all[0] as Replica;
  other = await replicas.add();
  await current(one, "first");
}

async function current(replica: Replica, probe: string): Promise<void> {
  await until(async () => {
    await replica.value(probe);
    const before = replica.loads();
    await replica.value(probe);
    return replica.loads() === before;
  });
}

/** Reads through both replicas what was written last; gives the longest time that one took. */
async function slowestRead(id: string, value: number): Promise<number> {
  let longest = 0;
  for (let time = 0; time < 20; time++) {
    for (const replica of [one, other]) {
      const began = performance.now();
      expect(await replica.value(id)).toBe(value);
      longest = Math.max(longest, performance.now() - began);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return longest;
}

withRedis("R62 reads go on and stay right, writes keep their promise", () => {
  beforeEach(async () => {
    redis = await startRedis();
  });

  afterEach(async () => {
    redis.resume();
    await replicas?.stop();
    await wire?.stop();
    await redis.stop();
  });

  test("when Redis is down at the start and comes later", async () => {
    await redis.kill();
    replicas = await startReplicas(2, redis.url);
    [one, other] = replicas.all as [Replica, Replica];
    await one.write("a", 1);
    expect(await slowestRead("a", 1)).toBeLessThan(patience);
    await redis.restart();
    await current(one, "a");
    await current(other, "a");
    await other.write("a", 2);
    expect(await slowestRead("a", 2)).toBeLessThan(patience);
  });

  test("when Redis is killed and comes back empty", async () => {
    await start();
    await one.write("a", 1);
    expect([await one.value("a"), await other.value("a")]).toEqual([1, 1]);
    await redis.kill();
    await other.write("a", 2);
    expect(await slowestRead("a", 2)).toBeLessThan(patience);
    await redis.restart();
    await one.write("a", 3);
    expect(await slowestRead("a", 3)).toBeLessThan(patience);
  });

  test("when Redis is paused, and goes on with what it held", async () => {
    await start();
    await one.write("a", 1);
    expect([await one.value("a"), await other.value("a")]).toEqual([1, 1]);
    redis.pause();
    const began = performance.now();
    await other.write("a", 2);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(await slowestRead("a", 2)).toBeLessThan(patience);
    redis.resume();
    expect(await slowestRead("a", 2)).toBeLessThan(patience);
    await current(one, "a");
    expect(await slowestRead("a", 2)).toBeLessThan(patience);
  });

  test("when Redis is full", async () => {
    await start();
    await redis.ask(async (client) => {
      await client.config("SET", "maxmemory-policy", "noeviction");
      await client.config("SET", "maxmemory", "1");
    });
    for (let value = 1; value <= 5; value++) {
      await one.write("a", value);
      expect(await slowestRead("a", value)).toBeLessThan(patience);
    }
  });

  test("when Redis, short of memory, forgets what it likes", async () => {
    await start();
    for (let value = 1; value <= 5; value++) {
      await one.write("a", value);
      expect([await one.value("a"), await other.value("a")]).toEqual([value, value]);
      await redis.ask(async (client) => {
        const kept = await client.keys("*");
        for (const key of kept.filter((_, index) => index % 2 === value % 2)) await client.del(key);
      });
      await other.write("a", -value);
      expect([await one.value("a"), await other.value("a")]).toEqual([-value, -value]);
    }
  });

  test("when another server takes over that has missed the last writes", async () => {
    await start();
    await one.write("a", 1);
    expect([await one.value("a"), await other.value("a")]).toEqual([1, 1]);
    const dump = await redis.ask(async (client) => {
      const keys = await client.keys("*");
      return Promise.all(keys.map(async (key) => [key, await client.dumpBuffer(key)] as const));
    });
    await one.write("a", 2);
    await redis.kill();
    await redis.restart();
    await redis.ask(async (client) => {
      for (const [key, value] of dump) await client.restore(key, 60_000, value);
    });
    expect(await slowestRead("a", 2)).toBeLessThan(patience);
    await current(one, "a");
    await current(other, "a");
    expect(await slowestRead("a", 2)).toBeLessThan(patience);
  });

  test("when only the writer cannot reach Redis", async () => {
    await start();
    const cut = await replicas.add(`redis://127.0.0.1:${wire.port}`);
    await one.write("a", 1);
    expect([await one.value("a"), await other.value("a")]).toEqual([1, 1]);
    wire.cut();
    const began = performance.now();
    await cut.write("a", 2);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(await slowestRead("a", 2)).toBeLessThan(patience);
    wire.freeze();
    await cut.write("a", 3);
    expect(await slowestRead("a", 3)).toBeLessThan(patience);
    expect(await cut.value("a")).toBe(3);
  });

  test("when a replica that has a copy is dead, frozen or slow to hear", async () => {
    await start();
    const slow = await replicas.add(`redis://127.0.0.1:${wire.port}`);
    await one.write("a", 1);
    await current(slow, "a");
    expect(await slow.value("a")).toBe(1);
    wire.freeze();
    await one.write("a", 2);
    expect(await slow.value("a")).toBe(2);
    expect(await slowestRead("a", 2)).toBeLessThan(patience);
  });
});
