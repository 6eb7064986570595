import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { startRedis, type TestRedis } from "../tests/harness/redis.ts";
import { withRedis } from "../tests/harness/with-redis.ts";
import { createLog } from "./log.ts";
import { createRateLimiter, type RateLimiter, type RateOptions } from "./rates.ts";
import { createRedis, type Redis } from "./redis.ts";

const rate = { name: "test", points: 4, seconds: 60 };
const alone: RateOptions = { redis: undefined, replicas: 1, withoutRedis: "memory" };

async function allowed(limiter: RateLimiter, times: number, key = "ada"): Promise<number> {
  let count = 0;
  for (let time = 0; time < times; time += 1) if ((await limiter.take(key, 1)).allowed) count += 1;
  return count;
}

test("a key has its points once in a window, and no other key's", async () => {
  const limiter = createRateLimiter(rate, alone);
  expect(await limiter.take("ada", 3)).toMatchObject({ allowed: true, left: 1 });
  expect(await limiter.take("ada", 2)).toMatchObject({ allowed: false, left: 0 });
  expect(await limiter.take("grace", 4)).toMatchObject({ allowed: true, left: 0 });
  const { untilReset } = await limiter.take("ada", 1);
  expect(untilReset).toBeGreaterThan(50_000);
  expect(untilReset).toBeLessThanOrEqual(60_000);
});

test("points can be given back, and a key can be forgotten", async () => {
  const limiter = createRateLimiter(rate, alone);
  expect(await allowed(limiter, 4)).toBe(4);
  await limiter.giveBack("ada", 1);
  expect(await allowed(limiter, 3)).toBe(1);
  await limiter.forget("ada");
  expect(await allowed(limiter, 5)).toBe(4);
});

test("replicas that count for themselves divide a rate, and none has nothing", async () => {
  expect(await allowed(createRateLimiter(rate, { ...alone, replicas: 2 }), 5)).toBe(2);
  expect(await allowed(createRateLimiter(rate, { ...alone, replicas: 100 }), 5)).toBe(1);
});

withRedis("with Redis", () => {
  let server: TestRedis;
  let redis: Redis;

  beforeEach(async () => {
    server = await startRedis();
    redis = createRedis({
      url: server.url,
      name: "rates",
      log: createLog("test", "silent"),
      commandTimeout: 50,
    });
    await redis.start();
  });

  afterEach(async () => {
    await redis.stop();
    await server.stop();
  });

  test("all replicas count together", async () => {
    const options: RateOptions = { redis, replicas: 2, withoutRedis: "memory" };
    const replicas = [createRateLimiter(rate, options), createRateLimiter(rate, options)] as const;
    expect(await allowed(replicas[0], 3)).toBe(3);
    expect(await allowed(replicas[1], 3)).toBe(1);
    expect(await allowed(replicas[0], 3)).toBe(0);
  });

  test.each([
    ["killed", (one: TestRedis) => one.kill()],
    ["paused", async (one: TestRedis) => one.pause()],
  ])(
    "R62 with Redis %s each replica counts its part, or everything passes, as is said",
    async (_how, harm) => {
      const limited = createRateLimiter(rate, { redis, replicas: 2, withoutRedis: "memory" });
      const open = createRateLimiter(rate, { redis, replicas: 2, withoutRedis: "pass" });
      expect(await allowed(limited, 1)).toBe(1);
      await harm(server);
      const began = performance.now();
      expect(await allowed(limited, 6)).toBe(2);
      expect(performance.now() - began).toBeLessThan(6 * 50 + 200);
      const asked = performance.now();
      expect(await allowed(open, 200)).toBe(200);
      // One command waits for its time; for a second no other is sent.
      expect(performance.now() - asked).toBeLessThan(200);
      server.resume();
    },
  );

  test("R62 a value of the wrong type in the place of a count is no reason to refuse", async () => {
    const open = createRateLimiter(rate, { redis, replicas: 1, withoutRedis: "pass" });
    await server.ask((client) => client.hset("rate:test:ada", "a", "b"));
    expect((await open.take("ada", 1)).allowed).toBe(true);
  });
});
