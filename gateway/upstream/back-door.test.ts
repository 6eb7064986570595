import { describe, expect, test } from "@jest/globals";
import { anonymous, type Viewer, verifyViewer, viewerHeader } from "../../runtime/identity.ts";
import { createBackDoor } from "./back-door.ts";
import type { SubgraphCall } from "./send.ts";
import { ConnectionLost } from "./subgraph-fault.ts";
import type { MeasuredCall } from "./with-measure.ts";

const signingKey = "a key of at least thirty-two characters for tests";
const answer = { data: {}, errors: [] };

function call(subgraph: string, viewer: Viewer = anonymous, deadline?: number): SubgraphCall {
  return {
    subgraph,
    url: "http://127.0.0.1:1/graphql",
    query: "{ a }",
    operationName: undefined,
    variables: {},
    operationKind: "query",
    context: { viewer, requestId: "r1", forwarded: {}, trace: {}, deadline },
  };
}

/** A back door whose wire answers each call with what `wire` does. */
function createTestDoor(wire: (sent: number) => void = () => {}) {
  const sent: SubgraphCall[] = [];
  const ended: MeasuredCall[] = [];
  let now = Date.UTC(2026, 0, 1);
  const send = createBackDoor({
    wire: async (one) => {
      sent.push(one);
      wire(sent.length);
      return answer;
    },
    timeouts: { usual: 1_000, of: new Map([["slow", 5_000]]) },
    signingKey,
    clock: { now: () => now },
    repeatedEntities: false,
    callEnded: (one) => ended.push(one),
    errorMasked: () => {},
  });
  const signature = (index: number): string => sent[index]?.headers?.[viewerHeader] ?? "";
  return {
    send,
    sent,
    ended,
    signature,
    viewerAt: (index: number) => verifyViewer(signature(index), signingKey, now),
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

const ada: Viewer = { kind: "user", id: "ada", role: "USER", session: "s" };

describe("the viewer is signed", () => {
  test("once for all calls of a second, and anew in the next", async () => {
    const { pass, send, signature, viewerAt } = createTestDoor();
    await send(call("users", ada));
    pass(999);
    await send(call("todos", ada));
    pass(1);
    await send(call("users", ada));
    expect(signature(1)).toBe(signature(0));
    expect(signature(2)).not.toBe(signature(0));
    expect(viewerAt(2)).toEqual(ada);
  });

  test("S27 for each viewer apart, also within one second", async () => {
    const { send, viewerAt } = createTestDoor();
    const grace: Viewer = { ...ada, id: "grace" };
    for (const viewer of [ada, grace, anonymous, ada]) await send(call("users", viewer));
    expect([0, 1, 2, 3].map(viewerAt)).toEqual([ada, grace, anonymous, ada]);
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
  const { ended, send, sent } = createTestDoor((count) => {
    if (count === 1) throw new ConnectionLost(new Error("reset"));
  });
  expect(await send(call("users"))).toEqual(answer);
  expect(sent).toHaveLength(2);
  expect(sent[1]?.deadline).toBe(sent[0]?.deadline);
  expect(ended).toMatchObject([{ outcome: "ok" }]);
});
