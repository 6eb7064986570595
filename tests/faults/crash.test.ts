import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { crashAfterCommit, profileOf, publicListOf } from "../consistency/crash-after-commit.ts";
import { startRedis, type TestRedis } from "../harness/redis.ts";
import {
  type Account,
  type ReplicatedGraph,
  startReplicatedGraph,
} from "../harness/replicated-graph.ts";
import { withRedis } from "../harness/with-redis.ts";

let redis: TestRedis;
let graph: ReplicatedGraph;
let account: Account;

withRedis("R64 what a process has committed, as it was killed before it told anybody", () => {
  beforeAll(async () => {
    redis = await startRedis();
    graph = await startReplicatedGraph({ replicas: 2, redisUrl: redis.url });
    account = await graph.signUp("writer");
  });

  afterAll(async () => {
    await graph?.stop();
    await redis?.stop();
  });

  /** Milliseconds; the relays look twice a second. */
  const bound = 1_000;
  const crash = (register: ReturnType<typeof profileOf>): Promise<number> =>
    crashAfterCommit(graph, register, { redisUrl: redis.url, token: account.token });

  test("others see within a second in a profile", async () => {
    expect(await crash(profileOf(account))).toBeLessThan(bound);
  });

  test("others see within a second in a public list", async () => {
    const [gateway = ""] = graph.gateways;
    expect(await crash(await publicListOf(account, gateway))).toBeLessThan(bound);
  });
});
