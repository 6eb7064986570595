import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startRedis, type TestRedis } from "../tests/harness/redis.ts";
import { withRedis } from "../tests/harness/with-redis.ts";
import { createLog } from "./log.ts";
import { createRedis, type Redis } from "./redis.ts";
import { createReplayMemory, rememberTogether } from "./replays.ts";
import { goodFor } from "./request-signature.ts";

let now = 0;
const clock = { now: () => now };

test("S27 numbers count once each, in whatever order they come", () => {
  const firstTime = createReplayMemory(clock);
  const numbers = Array.from({ length: 1_000 }, (_, index) => (index * 7_919) % 1_000);
  expect(numbers.every((number) => firstTime({ process: "a", number }))).toBe(true);
  expect(numbers.some((number) => firstTime({ process: "a", number }))).toBe(false);
  expect(numbers.every((number) => firstTime({ process: "b", number }))).toBe(true);
});

test("S27 a number far behind the newest counts as met; after a gap of any length new ones count", () => {
  const firstTime = createReplayMemory(clock);
  const one = (number: number) => firstTime({ process: "a", number });
  expect(one(5)).toBe(true);
  expect(one(5 + 2 ** 18)).toBe(true);
  expect(one(5)).toBe(false);
  expect(one(6)).toBe(true);
  expect(one(6)).toBe(false);
  expect(one(2 ** 40)).toBe(true);
  expect(one(5 + 2 ** 18)).toBe(false);
  expect(one(2 ** 40 - 1)).toBe(true);
  expect(one(2 ** 40 + 2 ** 18 - 1)).toBe(true);
  expect(one(2 ** 40)).toBe(false);
});

test("what a process sent is remembered as long as its signatures are good", () => {
  const firstTime = createReplayMemory(clock);
  expect(firstTime({ process: "a", number: 1 })).toBe(true);
  now += goodFor * 1000;
  firstTime({ process: "b", number: 1 });
  expect(firstTime({ process: "a", number: 1 })).toBe(false);
  now += goodFor * 1000 + 1;
  firstTime({ process: "c", number: 1 });
  expect(firstTime({ process: "a", number: 1 })).toBe(true);
});

withRedis("with Redis", () => {
  let server: TestRedis;
  let redis: Redis;
  const replica = () => rememberTogether(createReplayMemory(clock), redis);

  beforeAll(async () => {
    server = await startRedis();
    const log = createLog("test", "silent");
    redis = createRedis({ url: server.url, name: "replays", log, commandTimeout: 50 });
    await redis.start();
  });

  afterAll(async () => {
    await redis.stop();
    await server.stop();
  });

  test("S27 what one replica has met is met for all, in a few kB that go by themselves", async () => {
    const [one, other] = [replica(), replica()];
    for (const number of [1, 2, 40_000]) {
      expect(await one({ process: "a", number })).toBe(true);
      expect(await other({ process: "a", number })).toBe(false);
    }
    expect(await other({ process: "b", number: 1 })).toBe(true);
    const ages = await server.ask(async (client) => {
      const names = await client.keys("met:*");
      return Promise.all(names.map((name) => client.ttl(name)));
    });
    expect(ages).toHaveLength(3);
    for (const age of ages) expect(age).toBeGreaterThan(goodFor - 5);
  });

  test("R62 while Redis is paused or gone each replica knows what it met itself, and nothing waits long", async () => {
    const one = replica();
    server.pause();
    const began = performance.now();
    for (let number = 1; number <= 200; number += 1) {
      expect(await one({ process: "c", number })).toBe(true);
      expect(await one({ process: "c", number })).toBe(false);
    }
    expect(performance.now() - began).toBeLessThan(250);
    server.resume();
    await server.kill();
    expect(await replica()({ process: "c", number: 1 })).toBe(true);
  });
});
