import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readEnv } from "../../runtime/env.ts";
import { type Checked, type Checker, createChecker } from "../consistency/check.ts";
import { troubleRedis } from "../consistency/trouble-redis.ts";
import { startRedis, type TestRedis } from "../harness/redis.ts";
import {
  type Account,
  type ReplicatedGraph,
  startReplicatedGraph,
} from "../harness/replicated-graph.ts";
import { withRedis } from "../harness/with-redis.ts";

/** Seconds of the check with faults, from 10: `CONSISTENCY_SECONDS=60 npm test -- consistency`. */
const seconds = Number(readEnv()["CONSISTENCY_SECONDS"] ?? 10);

let redis: TestRedis;
let graph: ReplicatedGraph;
let checker: Checker;

withRedis("two replicas of gateway, users and todos, whatever is read and written", () => {
  beforeAll(async () => {
    redis = await startRedis();
    // A write that waits out a lease is slow, but its answer comes: nobody gives up before it.
    const env = { SUBGRAPH_TIMEOUT_MS: "20000" };
    graph = await startReplicatedGraph({ replicas: 2, redisUrl: redis.url, env });
    const handles = ["reader_0", "reader_1", "reader_2", "reader_3"];
    const people: Account[] = [];
    for (const handle of handles) people.push(await graph.signUp(handle));
    checker = createChecker({ gateways: graph.gateways, people });
  });

  afterAll(async () => {
    redis?.resume();
    await graph?.stop();
    await redis?.stop();
  });

  function expectRight({ claims, violations, writes }: Checked): void {
    expect(violations).toEqual([]);
    expect(claims).toBeGreaterThan(100);
    expect(writes).toBeGreaterThan(5);
  }

  test("R65 every read sees every write that was answered before it, and others within a second", async () => {
    const checked = await checker.run(4_000);
    expectRight(checked);
    expect(checked.stalest).toBeLessThan(1_000);
  });

  test(
    "R62 R65 so it is while Redis is paused, and killed, and comes back: others within five seconds",
    async () => {
      const milliseconds = seconds * 1_000;
      const [checked] = await Promise.all([
        checker.run(milliseconds),
        troubleRedis(redis, milliseconds),
      ]);
      expectRight(checked);
      expect(checked.stalest).toBeLessThan(5_000);
      expect(Math.max(...checked.writeTimes)).toBeLessThan(5_000);
    },
    (seconds + 30) * 1_000,
  );
});
