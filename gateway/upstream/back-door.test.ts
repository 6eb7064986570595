import { describe, expect, test } from "@jest/globals";
import { type Asker, anonymous, type Viewer } from "../../runtime/identity.ts";
import { signatureHeader } from "../../runtime/request-signature.ts";
import { askerOf, signingKey } from "../../tests/harness/signed-client.ts";
import { createBackDoor } from "./back-door.ts";
import type { SubgraphCall } from "./send.ts";
import { ConnectionLost } from "./subgraph-fault.ts";
import type { MeasuredCall } from "./with-measure.ts";

const answer = { data: {}, errors: [] };

function call(subgraph: string, viewer: Viewer = anonymous, deadline?: number): SubgraphCall {
  return {
    subgraph,
    url: "http://127.0.0.1:1/graphql",
    query: "{ a }",
    operationName: undefined,
    variables: {},
    operationKind: "query",
    context: {
      viewer,
      address: "203.0.113.7",
      requestId: "r1",
      forwarded: {},
      trace: {},
      deadline,
    },
  };
}

/** A back door whose wire answers each call with what `wire` does. */
function createTestDoor(wire: (sent: number) => void = () => {}) {
  const sent: SubgraphCall[] = [];
  const ended: MeasuredCall[] = [];
  const clock = { now: () => Date.UTC(2026, 0, 1) };
  const send = createBackDoor({
    wire: async (one) => {
      sent.push(one);
      wire(sent.length);
      return answer;
    },
    timeouts: { usual: 1_000, of: new Map([["slow", 5_000]]) },
    signingKey,
    clock,
    repeatedEntities: false,
    callEnded: (one) => ended.push(one),
    errorMasked: () => {},
  });
  const signature = (index: number): string => sent[index]?.signature ?? "";
  const asker = (index: number): Promise<Asker | undefined> => {
    const headers = { [signatureHeader]: signature(index) };
    const body = sent[index]?.body ?? "";
    return askerOf({ method: "POST", path: "/graphql", headers, body }, clock);
  };
  return { send, sent, ended, signature, asker };
}

const ada: Viewer = { kind: "user", id: "ada", role: "USER", session: "s" };

describe("a call is signed", () => {
  test("S27 with its viewer and where the client is, each time anew", async () => {
    const { asker, send, signature } = createTestDoor();
    const grace: Viewer = { ...ada, id: "grace" };
    const viewers = [ada, grace, anonymous, ada];
    for (const viewer of viewers) await send(call("users", viewer));
    const askers = await Promise.all([0, 1, 2, 3].map(asker));
    expect(askers).toEqual(viewers.map((viewer) => ({ viewer, address: "203.0.113.7" })));
    expect(new Set([0, 1, 2, 3].map(signature)).size).toBe(4);
  });

  test("S27 over the body that is sent, be it written already or not", async () => {
    const { asker, send, sent } = createTestDoor();
    await send(call("users", ada));
    await send({ ...call("users", ada), body: '{"query":"{ b }"}' });
    expect(sent.map(({ body }) => body)).toEqual([
      '{"query":"{ a }","variables":{}}',
      '{"query":"{ b }"}',
    ]);
    expect((await asker(0))?.viewer).toEqual(ada);
    expect((await asker(1))?.viewer).toEqual(ada);
  });
});

describe("R52 a call is given the time of its subgraph or what is left of its request's", () => {
  const left = async (subgraph: string, ofRequest?: number): Promise<number> => {
    const { send, sent } = createTestDoor();
    const started = performance.now();
    await send(call(subgraph, anonymous, ofRequest && started + ofRequest));
    return Number(sent[0]?.deadline) - started;
  };

  test.each([
    ["the usual time", "users", undefined, 1_000],
    ["a time of its own", "slow", undefined, 5_000],
    ["what is left", "slow", 300, 300],
    ["the subgraph's, when more is left", "users", 30_000, 1_000],
  ])("%s", async (_name, subgraph, ofRequest, expected) => {
    expect(Math.abs((await left(subgraph, ofRequest)) - expected)).toBeLessThan(50);
  });

  test("nothing is sent when the request's time is over", async () => {
    const { ended, send, sent } = createTestDoor();
    const late = send(call("users", anonymous, performance.now() - 1));
    await expect(late).rejects.toMatchObject({ code: "SUBGRAPH_TIMEOUT" });
    expect(sent).toEqual([]);
    expect(ended).toMatchObject([{ subgraph: "users", outcome: "SUBGRAPH_TIMEOUT" }]);
  });
});

test("a call that is sent twice is one call: it ends once, at one deadline", async () => {
  const { ended, send, sent, signature } = createTestDoor((count) => {
    if (count === 1) throw new ConnectionLost(new Error("reset"));
  });
  expect(await send(call("users"))).toEqual(answer);
  expect(sent).toHaveLength(2);
  expect(signature(1)).not.toBe(signature(0));
  expect(sent[1]?.deadline).toBe(sent[0]?.deadline);
  expect(ended).toMatchObject([{ outcome: "ok" }]);
});
