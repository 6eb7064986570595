import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Client, createClient } from "../harness/client.ts";
import { startRedis, type TestRedis } from "../harness/redis.ts";
import {
  type Account,
  type ReplicatedGraph,
  startReplicatedGraph,
} from "../harness/replicated-graph.ts";
import { withRedis } from "../harness/with-redis.ts";

const replicas = 4;
const readersOfEach = 5;
const writes = 5;
const document = "query ($id: ID!) { user(id: $id) { name } }";

let redis: TestRedis;
let graph: ReplicatedGraph;
let account: Account;

withRedis("what everybody reads through four replicas of each", () => {
  beforeAll(async () => {
    redis = await startRedis();
    graph = await startReplicatedGraph({ replicas, redisUrl: redis.url });
    account = await graph.signUp("everybody");
  });

  afterAll(async () => {
    await graph?.stop();
    await redis?.stop();
  });

  test("R63 is read from the database once by each replica at most when it is dropped, and once more by the writer", async () => {
    const clients = graph.gateways.map((url) => createClient(url));
    const writer = createClient(graph.gateways[0] ?? "", account.token);
    let [reads, answered, over] = [0, 0, false];

    async function read(client: Client): Promise<void> {
      while (!over) {
        const atLeast = answered;
        const { user } = await client.data(document, { id: account.id });
        expect(Number(user.name)).toBeGreaterThanOrEqual(atLeast);
        reads += 1;
        // Without a rest they would hold up the replicas, which are in the same process.
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }

    async function write(number: number): Promise<void> {
      const input = { name: String(number) };
      const change =
        "mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { __typename } }";
      await writer.data(change, { input });
      answered = number;
    }

    await write(1);
    const reading = clients.flatMap((client) =>
      Array.from({ length: readersOfEach }, () => read(client)),
    );
    const loads: number[] = [];
    for (let number = 2; number <= writes; number++) {
      const statements = await graph.statements.during(async () => {
        await write(number);
        await new Promise((resolve) => setTimeout(resolve, 300));
      });
      loads.push(statements.filter(({ text }) => /^SELECT .*avatar_url/.test(text)).length);
    }
    over = true;
    await Promise.all(reading);
    expect(reads).toBeGreaterThan(replicas * readersOfEach);
    // The writer's replica reads anew until the others have heard; one that the machine holds up for longer than its lease does so too.
    const [usual = Number.NaN] = loads.toSorted((one, other) => one - other).slice(writes / 2);
    expect(usual).toBeLessThanOrEqual(replicas + 1);
  }, 60_000);
});
