import { describe, expect, test } from "@jest/globals";
import { anonymous } from "../../runtime/identity.ts";
import { createBackDoor } from "./back-door.ts";
import type { SubgraphCall } from "./send.ts";
import { ConnectionLost } from "./subgraph-fault.ts";
import type { MeasuredCall } from "./with-measure.ts";

const answer = { data: {}, errors: [] };

function call(subgraph: string, deadline?: number): SubgraphCall {
  return {
    subgraph,
    url: "http://127.0.0.1:1/graphql",
    query: "{ a }",
    operationName: undefined,
    variables: {},
    operationKind: "query",
    context: {
      viewer: anonymous,
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
  const send = createBackDoor({
    wire: async (one) => {
      sent.push(one);
      wire(sent.length);
      return answer;
    },
    timeouts: { usual: 1_000, of: new Map([["slow", 5_000]]) },
    repeatedEntities: false,
    callEnded: (one) => ended.push(one),
    errorMasked: () => {},
  });
  return { send, sent, ended };
}

describe("R52 a call is given the time of its subgraph or what is left of its request's", () => {
  const left = async (subgraph: string, ofRequest?: number): Promise<number> => {
    const { send, sent } = createTestDoor();
    const started = performance.now();
    await send(call(subgraph, ofRequest && started + ofRequest));
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
    const late = send(call("users", performance.now() - 1));
    await expect(late).rejects.toMatchObject({ code: "SUBGRAPH_TIMEOUT" });
    expect(sent).toEqual([]);
    expect(ended).toMatchObject([{ subgraph: "users", outcome: "SUBGRAPH_TIMEOUT" }]);
  });
});

test("a call that is sent twice is one call: it ends once, at one deadline", async () => {
  const { ended, send, sent } = createTestDoor((count) => {
    if (count === 1) throw new ConnectionLost(new Error("reset"));
  });
  expect(await send(call("users"))).toEqual(answer);
  expect(sent).toHaveLength(2);
  expect(sent[1]?.deadline).toBe(sent[0]?.deadline);
  expect(ended).toMatchObject([{ outcome: "ok" }]);
});
