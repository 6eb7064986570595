import { getEventListeners } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { systemClock } from "../../runtime/clock.ts";
import { type Asker, anonymous, type Viewer } from "../../runtime/identity.ts";
import { signatureHeader } from "../../runtime/request-signature.ts";
import { askerOf, signingKey } from "../../tests/harness/signed-client.ts";
import type { CallContext } from "./call-context.ts";
import type { SubgraphCall } from "./send.ts";
import { createWire, type Wire } from "./send-by-http.ts";
import { createSignCall, type SignCall } from "./sign-call.ts";
import { withSecondTry } from "./with-second-try.ts";

interface Subgraph {
  readonly url: string;
  readonly heard: { readonly headers: IncomingHttpHeaders; readonly body: string }[];
  /** Requests whose connection ended before they were answered. */
  readonly left: () => number;
  /** Connections that were ever opened. */
  readonly opened: () => number;
}

let stops: (() => unknown)[] = [];
let behave: (to: ServerResponse, count: number) => unknown;
let subgraph: Subgraph;

beforeEach(async () => {
  behave = (to) => to.writeHead(200, json).end('{"data":{"a":1}}');
  subgraph = await startSubgraph();
});

afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  stops = [];
});

const json = { "content-type": "application/json" };

async function startSubgraph(): Promise<Subgraph> {
  const heard: Subgraph["heard"] = [];
  let left = 0;
  let opened = 0;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    heard.push({ headers: request.headers, body });
    response.on("close", () => {
      if (!response.writableFinished) left += 1;
    });
    behave(response, heard.length);
  });
  server.on("connection", () => {
    opened += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/graphql`, heard, left: () => left, opened: () => opened };
}

function createTestWire(connections = 10, queue = 10, sign?: SignCall): Wire {
  const wire = createWire({ connections, queue, connectTimeout: 1_000, sign });
  stops.push(() => wire.stop());
  return wire;
}

const context: CallContext = { viewer: anonymous, requestId: "r1", forwarded: {}, trace: {} };

function call(more: Partial<SubgraphCall> = {}, milliseconds = 2_000): SubgraphCall {
  return {
    subgraph: "tiny",
    url: subgraph.url,
    query: "{ a }",
    operationName: undefined,
    variables: {},
    context,
    deadline: performance.now() + milliseconds,
    ...more,
  };
}

/** What a call ends with: `ok`, or the code of its fault. */
const outcome = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => "ok",
    ({ code }: { readonly code: string }) => code,
  );

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !condition(); tries++) await pause(5);
  expect(condition()).toBe(true);
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

test("a call carries what its request has in common, and the time that is left", async () => {
  const { send } = createTestWire();
  const trace = { traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` };
  const forwarded = { "accept-language": "de" };
  const answer = await send(call({ context: { ...context, forwarded, trace } }, 500));
  const body = Buffer.from('{"data":{"a":1}}');
  expect(answer).toEqual({ data: { a: 1 }, errors: [], plain: true, body });
  expect(subgraph.heard[0]?.headers).toMatchObject({
    "content-type": "application/json",
    "content-length": "32",
    "x-request-id": "r1",
    ...forwarded,
    ...trace,
  });
  expect(JSON.parse(subgraph.heard[0]?.body ?? "")).toEqual({ query: "{ a }", variables: {} });
  const left = Number(subgraph.heard[0]?.headers["x-supergraph-timeout"]);
  expect(left).toBeGreaterThan(400);
  expect(left).toBeLessThanOrEqual(500);
});

describe("a call is signed", () => {
  const ada: Viewer = { kind: "user", id: "ada", role: "USER", session: "s" };
  const address = "203.0.113.7";
  const openSigned = (): Wire => createTestWire(10, 10, createSignCall(signingKey, systemClock));
  const signatures = (): unknown[] => subgraph.heard.map(({ headers }) => headers[signatureHeader]);
  const askers = (): Promise<(Asker | undefined)[]> =>
    Promise.all(
      subgraph.heard.map((heard) =>
        askerOf({ method: "POST", path: "/graphql", ...heard }, systemClock),
      ),
    );

  test("S27 with its viewer and where the client is, each time anew", async () => {
    const { send } = openSigned();
    const viewers = [ada, { ...ada, id: "grace" }, anonymous, ada];
    for (const viewer of viewers) await send(call({ context: { ...context, viewer, address } }));
    expect(await askers()).toEqual(viewers.map((viewer) => ({ viewer, address })));
    expect(new Set(signatures()).size).toBe(4);
  });

  test("S27 over the body that is sent, be it written already or not", async () => {
    const { send } = openSigned();
    const own = { ...context, viewer: ada };
    await send(call({ context: own }));
    await send(call({ context: own, body: '{"query":"{ b }"}' }));
    expect(subgraph.heard.map(({ body }) => body)).toEqual([
      '{"query":"{ a }","variables":{}}',
      '{"query":"{ b }"}',
    ]);
    const asker = { viewer: ada, address: "" };
    expect(await askers()).toEqual([asker, asker]);
  });

  test("S27 anew when it is sent a second time", async () => {
    behave = (to, count) =>
      count === 1 ? to.destroy() : to.writeHead(200, json).end('{"data":{"a":1}}');
    await withSecondTry()(openSigned().send)(call({ operationKind: "query" }));
    expect(new Set(signatures()).size).toBe(2);
    expect(await askers()).not.toContain(undefined);
  });

  test("not without a key", async () => {
    await createTestWire().send(call());
    expect(signatures()).toEqual([undefined]);
  });
});

test("a body that is written already is sent as it is", async () => {
  const body = '{"query":"{ a }","variables":{"first":"é"}}';
  await createTestWire().send(call({ body }));
  expect(subgraph.heard[0]?.body).toBe(body);
});

test("an answer that comes in many pieces, in the middle of a letter too, is put together", async () => {
  const bytes = Buffer.from('{"data":{"a":"Zoë 日本"}}');
  behave = async (to) => {
    to.writeHead(200, json);
    for (const byte of bytes) {
      to.write(Buffer.from([byte]));
      await pause(1);
    }
    to.end();
  };
  expect((await createTestWire().send(call())).data).toEqual({ a: "Zoë 日本" });
});

test("connections are kept, and there are no more of them than allowed: others wait for one", async () => {
  const { send } = createTestWire(3, 100);
  behave = (to) => setTimeout(() => to.writeHead(200, json).end('{"data":{"a":1}}'), 10);
  const outcomes = await Promise.all(Array.from({ length: 30 }, () => outcome(send(call()))));
  expect(new Set(outcomes)).toEqual(new Set(["ok"]));
  expect(subgraph.opened()).toBe(3);
});

test("calls that find too many waiting are refused at once, and those that wait are served", async () => {
  const { send } = createTestWire(1, 2);
  let release = (): void => {};
  behave = (to) => {
    release = () => to.writeHead(200, json).end('{"data":{"a":1}}');
    if (subgraph.heard.length > 1) release();
  };
  const calls = Array.from({ length: 6 }, () => outcome(send(call())));
  const refused = await Promise.all(calls.slice(3));
  expect(refused).toEqual(["OVERLOADED", "OVERLOADED", "OVERLOADED"]);
  await until(() => subgraph.heard.length === 1);
  release();
  expect(await Promise.all(calls)).toEqual(["ok", "ok", "ok", ...refused]);
});

test("R52 a call is given up at its deadline, in the head and in the body, and the subgraph sees it", async () => {
  const { send } = createTestWire();
  behave = () => {};
  const started = performance.now();
  expect(await outcome(send(call({}, 100)))).toBe("SUBGRAPH_TIMEOUT");
  behave = (to) => to.writeHead(200, json).write('{"data":');
  expect(await outcome(send(call({}, 100)))).toBe("SUBGRAPH_TIMEOUT");
  expect(performance.now() - started).toBeLessThan(1_000);
  await until(() => subgraph.left() === 2);
  behave = (to) => to.writeHead(200, json).end('{"data":{"a":1}}');
  expect(await outcome(send(call()))).toBe("ok");
});

test("R52 a call whose time ends while it waits for a connection is never sent", async () => {
  const { send } = createTestWire(1, 2);
  behave = (to) => setTimeout(() => to.writeHead(200, json).end('{"data":{"a":1}}'), 200);
  const first = outcome(send(call()));
  expect(await outcome(send(call({}, 50)))).toBe("SUBGRAPH_TIMEOUT");
  expect(await first).toBe("ok");
  expect(await outcome(send(call()))).toBe("ok");
  expect(subgraph.heard).toHaveLength(2);
});

describe("R56 when the client leaves", () => {
  test("its calls end, under way and waiting ones, the subgraph sees it, and nobody else is disturbed", async () => {
    const { send } = createTestWire(2, 2);
    behave = () => {};
    const leaving = new AbortController();
    const theirs = { ...context, signal: leaving.signal };
    const calls = [1, 2, 3].map(() => outcome(send(call({ context: theirs }))));
    await until(() => subgraph.heard.length === 2);
    behave = (to) => to.writeHead(200, json).end('{"data":{"a":1}}');
    const other = outcome(send(call()));
    leaving.abort();
    expect(await Promise.all(calls)).toEqual(Array(3).fill("CLIENT_CLOSED_REQUEST"));
    expect(await other).toBe("ok");
    await until(() => subgraph.left() === 2);
    expect(subgraph.heard).toHaveLength(3);
  });

  test("nothing listens to its signal, so nothing is left behind", async () => {
    const { send } = createTestWire();
    const { signal } = new AbortController();
    const calls = [1, 2, 3].map(() => send(call({ context: { ...context, signal } })));
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    await Promise.all(calls);
  });
});

describe("a kept connection that the subgraph has closed", () => {
  /** Answers the first request, and resets the connection when the next one comes. */
  const resetsSecond = (to: ServerResponse, count: number): void => {
    if (count === 2) to.destroy();
    else to.writeHead(200, json).end('{"data":{"a":1}}');
  };

  test.each([
    ["a query is sent once more", "query", "ok", 3],
    ["a mutation is not", "mutation", "SUBGRAPH_UNAVAILABLE", 2],
    ["nor is what may be one", undefined, "SUBGRAPH_UNAVAILABLE", 2],
  ] as const)("%s", async (_name, operationKind, expected, heard) => {
    const send = withSecondTry()(createTestWire().send);
    behave = resetsSecond;
    await send(call());
    const kind = operationKind === undefined ? {} : { operationKind };
    expect(await outcome(send(call(kind)))).toBe(expected);
    expect(subgraph.heard).toHaveLength(heard);
  });

  test("a subgraph that resets every connection is asked twice and no more", async () => {
    behave = (to) => to.destroy();
    const send = withSecondTry()(createTestWire().send);
    expect(await outcome(send(call({ operationKind: "query" })))).toBe("SUBGRAPH_UNAVAILABLE");
    expect(subgraph.heard).toHaveLength(2);
  });

  test("an answer that has begun is not asked for again", async () => {
    behave = (to) => {
      to.writeHead(200, { ...json, "content-length": "100" }).write('{"data":');
      setTimeout(() => to.destroy(), 10);
    };
    const send = withSecondTry()(createTestWire().send);
    expect(await outcome(send(call({ operationKind: "query" })))).toBe("SUBGRAPH_UNAVAILABLE");
    expect(subgraph.heard).toHaveLength(1);
  });
});

test("a subgraph that keeps connections for a moment only is asked again and again without an error", async () => {
  behave = (to) =>
    to.writeHead(200, { ...json, "keep-alive": "timeout=1" }).end('{"data":{"a":1}}');
  const { send } = createTestWire();
  for (let count = 0; count < 5; count++) expect(await outcome(send(call()))).toBe("ok");
});

test("a URL that no connection can be made to is a fault of that subgraph", async () => {
  const { send } = createTestWire();
  for (const url of ["", "nowhere", "ftp://127.0.0.1/graphql", "http://127.0.0.1:1/graphql"]) {
    expect(await outcome(send(call({ url })))).toBe("SUBGRAPH_UNAVAILABLE");
  }
});

test("stopping lets calls under way end and refuses the others", async () => {
  const wire = createTestWire(1, 5);
  behave = (to) => setTimeout(() => to.writeHead(200, json).end('{"data":{"a":1}}'), 50);
  const calls = [1, 2].map(() => outcome(wire.send(call())));
  await until(() => subgraph.heard.length === 1);
  await wire.stop();
  expect(await Promise.all(calls)).toEqual(["ok", "SUBGRAPH_UNAVAILABLE"]);
  expect(await outcome(wire.send(call()))).toBe("SUBGRAPH_UNAVAILABLE");
});
