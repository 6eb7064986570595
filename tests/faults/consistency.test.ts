import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readEnv } from "../../runtime/env.ts";
import { type Checked, checkProfiles } from "../harness/check-profiles.ts";
import { hasRedisServer, startRedis, type TestRedis } from "../harness/redis.ts";
import { startUserReplicas, type UserReplicas } from "../harness/user-replicas.ts";

/** Seconds of the long check, from 12: `CONSISTENCY_SECONDS=60 npm test -- consistency`. */
const seconds = Number(readEnv()["CONSISTENCY_SECONDS"] ?? 12);

const withRedis = hasRedisServer() ? describe : describe.skip;

let redis: TestRedis;
let replicas: UserReplicas;

withRedis("two replicas of users with Redis", () => {
  beforeAll(async () => {
    redis = await startRedis();
    replicas = await startUserReplicas(2, redis.url);
  });

  afterAll(async () => {
    redis?.resume();
    await replicas?.stop();
    await redis?.stop();
  });

  async function check(seconds: number, meanwhile: () => Promise<void>): Promise<Checked> {
    const [checked] = await Promise.all([
      checkProfiles(replicas, { clients: 6, seconds }),
      meanwhile(),
    ]);
    return checked;
  }

  const pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, milliseconds));

  test("R65 every read sees every write that was answered before it", async () => {
    const { reads, violations, writes } = await check(3, async () => undefined);
    expect(violations).toEqual([]);
    expect(reads).toBeGreaterThan(50);
    expect(writes).toBeGreaterThan(5);
  });

  test(
    "R62 R65 so it is while Redis is paused, and killed, and comes back",
    async () => {
      const end = performance.now() + seconds * 1_000;
      const { reads, slowestWrite, violations, writes } = await check(seconds, async () => {
        while (performance.now() < end - 9_000) {
          await pause(1_000);
          redis.pause();
          await pause(4_000);
          redis.resume();
          await pause(1_000);
          await redis.kill();
          await pause(2_000);
          await redis.restart();
        }
      });
      expect(violations).toEqual([]);
      expect(slowestWrite).toBeLessThan(5_000);
      expect(reads).toBeGreaterThan(50);
      expect(writes).toBeGreaterThan(5);
    },
    (seconds + 30) * 1_000,
  );
});
