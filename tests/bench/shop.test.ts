import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createQuickAnswers } from "../../bench/gateways/answer-quickly.ts";
import { shopSubgraphs } from "../../bench/gateways/shop-subgraphs.ts";
import { createWorkload, workloadNames } from "../../bench/gateways/workloads.ts";
import { createHttpDouble, type HttpDouble } from "../harness/http-double.ts";
import { type StartedGateway, startGateway } from "../harness/library.ts";

let doubles: readonly HttpDouble[];
let gateway: StartedGateway;

beforeAll(async () => {
  doubles = await Promise.all(
    shopSubgraphs.map((subgraph) => {
      const answer = createQuickAnswers(subgraph);
      return createHttpDouble(async ({ body }, response) => {
        const text = await answer(body);
        response.writeHead(200, { "content-type": "application/json" }).end(text);
      });
    }),
  );
  const sources = shopSubgraphs.map(({ name, sdl }, at) => ({
    name,
    sdl,
    url: doubles[at]?.url ?? "",
  }));
  gateway = await startGateway(sources, { GATEWAY_ENGINE: "apollo", NODE_ENV: "production" });
});

afterAll(async () => {
  await gateway.stop();
  for (const double of doubles) await double.stop();
});

async function answerOf(body: string): Promise<Buffer> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  return Buffer.from(await response.arrayBuffer());
}

test.each(workloadNames)(
  "answers of the workload %s are the monolith's, about each shop",
  async (name) => {
    const stream = (await createWorkload(name)).open();
    for (let count = 0; count < 3; count++) {
      const shot = stream.next();
      shot.check(await answerOf(shot.body));
    }
  },
);

test("a wrong answer is found: another shop's, one with an error, one that lacks a field", async () => {
  const stream = (await createWorkload("small")).open();
  const [first, second] = [stream.next(), stream.next()];
  const right = (await answerOf(first.body)).toString("latin1");
  first.check(Buffer.from(right));
  expect(() => second.check(Buffer.from(right))).toThrow("a wrong answer about shop 000002");
  for (const wrong of [
    right.replace('{"data"', '{"errors":[{"message":"x"}],"data"'),
    right.replace(',"username":"grace"', ""),
  ]) {
    expect(wrong).not.toBe(right);
    expect(() => first.check(Buffer.from(wrong))).toThrow("a wrong answer about shop 000001");
  }
});

test("the same data in another order of keys is right, and noted", async () => {
  const stream = (await createWorkload("small")).open();
  const shot = stream.next();
  const { data } = JSON.parse((await answerOf(shot.body)).toString("latin1"));
  const { reviews, ...user } = data.user;
  shot.check(Buffer.from(JSON.stringify({ data: { user: { reviews, ...user } } })));
  expect(stream.otherBytes).toBe(true);
});

test("the wide answer is about 86 kB and takes the stock planner 16 fetches", async () => {
  const { bytes, open } = await createWorkload("shared");
  expect(Math.round(bytes / 1_000)).toBe(85);
  for (const { heard } of doubles) heard.length = 0;
  await answerOf(open().next().body);
  expect(doubles.reduce((calls, { heard }) => calls + heard.length, 0)).toBe(16);
});
