import { monitorEventLoopDelay } from "node:perf_hooks";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import {
  type Replica,
  type Replicas,
  startReplicas,
} from "../../../tests/harness/cache-replicas.ts";
import { startRedis, type TestRedis } from "../../../tests/harness/redis.ts";
import { createTcpProxy, type TcpProxy } from "../../../tests/harness/tcp-proxy.ts";
import { until } from "../../../tests/harness/until.ts";
import { withRedis } from "../../../tests/harness/with-redis.ts";

/** Milliseconds that a read may wait for Redis. */
const patience = 20;

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

/**
 * Reads through both replicas what was written last, each time after the same read of the database alone. How late this process was
 * and how slow that read was is the machine's; what a read through the cache takes beyond the worst of that is what it waits for Redis.
 */
async function expectReads(id: string, value: number): Promise<void> {
  const late = monitorEventLoopDelay({ resolution: 1 });
  late.enable();
  let [slowest, slowestAlone] = [0, 0];
  for (let time = 0; time < 20; time++) {
    for (const replica of [one, other]) {
      slowestAlone = Math.max(slowestAlone, await timeOf(replica.alone(id), value));
      slowest = Math.max(slowest, await timeOf(replica.value(id), value));
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  late.disable();
  expect(slowest).toBeLessThan(patience + slowestAlone + late.max / 1e6);
}

async function timeOf(read: Promise<number | undefined>, value: number): Promise<number> {
  const began = performance.now();
  expect(await read).toBe(value);
  return performance.now() - began;
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
    await expectReads("a", 1);
    await redis.restart();
    await current(one, "a");
    await current(other, "a");
    await other.write("a", 2);
    await expectReads("a", 2);
  });

  test("when Redis is killed and comes back empty", async () => {
    await start();
    await one.write("a", 1);
    expect([await one.value("a"), await other.value("a")]).toEqual([1, 1]);
    await redis.kill();
    await other.write("a", 2);
    await expectReads("a", 2);
    await redis.restart();
    await one.write("a", 3);
    await expectReads("a", 3);
  });

  test("when Redis is paused, and goes on with what it held", async () => {
    await start();
    await one.write("a", 1);
    expect([await one.value("a"), await other.value("a")]).toEqual([1, 1]);
    redis.pause();
    const began = performance.now();
    await other.write("a", 2);
    expect(performance.now() - began).toBeLessThan(5_000);
    await expectReads("a", 2);
    redis.resume();
    await expectReads("a", 2);
    await current(one, "a");
    await expectReads("a", 2);
  });

  test("when Redis is full", async () => {
    await start();
    await redis.ask(async (client) => {
      await client.config("SET", "maxmemory-policy", "noeviction");
      await client.config("SET", "maxmemory", "1");
    });
    for (let value = 1; value <= 5; value++) {
      await one.write("a", value);
      await expectReads("a", value);
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
    await expectReads("a", 2);
    await current(one, "a");
    await current(other, "a");
    await expectReads("a", 2);
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
    await expectReads("a", 2);
    wire.freeze();
    await cut.write("a", 3);
    await expectReads("a", 3);
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
    await expectReads("a", 2);
  });
});
