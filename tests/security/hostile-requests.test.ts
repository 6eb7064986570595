import { createHash } from "node:crypto";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Attack, listAttacks } from "../../bench/hostile/attacks.ts";
import { composeHostileGraph } from "../../bench/hostile/supergraph.ts";
import { type StartedGateway, startGatewayFrom } from "../harness/library.ts";
import { type Sent, send, sendJson } from "../harness/send.ts";

// `npm run bench -- hostile` measures the same attacks on a gateway in a process of its own. Here the client's work counts as
// well, and that of tests that run beside it: of several attempts the best one must be quick.
const attacks = await listAttacks();
const attempts = 4;

let gateway: StartedGateway;

beforeAll(async () => {
  const supergraph = await composeHostileGraph();
  gateway = await startGatewayFrom(
    { "supergraph.graphql": supergraph },
    { NODE_ENV: "production", RATE_LIMIT_POINTS: "1000000" },
  );
});

afterAll(() => gateway.stop());

function suffer({ request }: Attack, turn: number): Promise<Sent> {
  return send(gateway.url, { method: "POST", ...request(turn) });
}

async function calls(): Promise<number> {
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  return [...metrics.matchAll(/^gateway_subgraph_calls_total\{.*\} (\d+)$/gm)].length;
}

test.each(attacks.map((attack): [string, Attack] => [attack.name, attack]))(
  "%s is refused in a moment, holds up nobody, and reaches no subgraph",
  async (_name, attack) => {
    const waits: number[] = [];
    const lags: number[] = [];
    for (let turn = 0; turn < attempts; turn += 1) {
      const lag = monitorEventLoopDelay({ resolution: 5 });
      lag.enable();
      const began = performance.now();
      const { body, status } = await suffer(attack, turn);
      waits.push(performance.now() - began);
      lag.disable();
      lags.push(lag.max / 1e6 - 5);
      const { data, errors } = JSON.parse(body);
      expect([status, errors[0].extensions.code]).toEqual(attack.refusal);
      expect(data).toBeUndefined();
    }
    expect(Math.min(...waits)).toBeLessThan(50);
    expect(Math.min(...lags)).toBeLessThan(20);
    expect(await calls()).toBe(0);
  },
);

test("S4 S5 S7 S8 S9 refusals say which limit, the value and the maximum", async () => {
  for (const attack of attacks.filter(({ refusal }) => refusal[1] === "OPERATION_TOO_COMPLEX")) {
    const { errors } = JSON.parse((await suffer(attack, 9)).body);
    const { limit, maximum, value } = errors[0].extensions;
    expect([attack.name, typeof limit, value > maximum]).toEqual([attack.name, "string", true]);
  }
});

test("S9 a document that is too deep, or costs too much, is refused by GET and as an automatic persisted query too", async () => {
  for (const attack of attacks.filter(({ name }) => name.startsWith("S9 "))) {
    const { query } = JSON.parse(String(attack.request(0).body));
    const search = new URLSearchParams({ query });
    const byGet = await send(gateway.url, { path: `/graphql?${search}` });
    const sha256Hash = createHash("sha256").update(query).digest("hex");
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    const persisted = await sendJson(gateway.url, { query, extensions });
    for (const { body, status } of [byGet, persisted]) {
      expect([status, JSON.parse(body).errors[0].extensions.code]).toEqual(attack.refusal);
    }
    // A document that is only too dear is valid, and may be kept: by its hash it is refused again.
    const [, code] = attack.refusal;
    const byHash = JSON.parse((await sendJson(gateway.url, { extensions })).body);
    expect(byHash.errors[0].extensions.code).toBe(
      code === "COST_ESTIMATED_TOO_EXPENSIVE" ? code : "PERSISTED_QUERY_NOT_FOUND",
    );
  }
});

test("S5 after all of them the gateway is ready, and plans what is harmless", async () => {
  expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
  const answer = await gateway.client.send("{ __typename }");
  expect(answer).toMatchObject({ status: 200, data: { __typename: "Query" } });
});
