import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createHttpServer, type HttpServer } from "../../runtime/http-server.ts";
import { createLog } from "../../runtime/log.ts";
import { eventually } from "../../tests/harness/library.ts";
import { send, sendJson } from "../../tests/harness/send.ts";
import type { Answer, Handle, Request } from "../request.ts";
import { createAddressReader } from "./client-address.ts";
import { type AnsweredRequest, openDoor } from "./door.ts";
import { createFormatError, createRefusal } from "./errors-out.ts";
import { readQuestion } from "./read-question.ts";

const origin = "https://app.example.com";
let http: HttpServer;
let handle: Handle;
let counted: AnsweredRequest[];
let unexpected: unknown[];

beforeEach(async () => {
  counted = [];
  unexpected = [];
  http = createHttpServer({
    host: "127.0.0.1",
    port: 0,
    log: createLog("test", "silent"),
    ready: () => true,
    bodyLimit: 10_000,
    arrivalTimeout: 600,
  });
  openDoor(http, {
    handle: (request) => handle(request),
    refuse: createRefusal(createFormatError(false), (error) => unexpected.push(error)),
    varying: [],
    cors: { origins: [origin], privateNetwork: false },
    addressOf: createAddressReader(1),
    answered: (request) => counted.push(request),
  });
  await http.start();
});

afterEach(() => http.stop());

function answer(body: string | Buffer): Answer {
  const operation = { type: "query", name: "A" } as const;
  return { status: 200, headers: new Map(), body, operation };
}

async function dial(text: string): Promise<Socket> {
  const socket = connect(Number(new URL(http.url()).port), "127.0.0.1");
  await once(socket, "connect");
  socket.write(text);
  return socket;
}

const post = (body: string, more = ""): string =>
  `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n${more}\r\n${body}`;

test("R56 a client that leaves aborts its request, which is counted as 499 and is no error", async () => {
  const asked: Request[] = [];
  handle = (request) => {
    asked.push(request);
    return new Promise((_, reject) => {
      request.signal?.addEventListener("abort", () => reject(new Error("given up")));
    });
  };
  const socket = await dial(post('{"query":"{ a }"}', "x-request-id: left-1\r\n"));
  await eventually(async () => expect(asked).toHaveLength(1));
  expect(asked[0]?.signal?.aborted).toBe(false);
  socket.destroy();
  await eventually(async () => expect(counted).toMatchObject([{ id: "left-1", status: 499 }]));
  expect(asked[0]?.signal?.aborted).toBe(true);
  expect(unexpected).toEqual([]);
});

test("R56 a client that waits for its answer aborts nothing, also when it closes its connection then", async () => {
  const signals: (AbortSignal | undefined)[] = [];
  handle = async ({ signal }) => {
    signals.push(signal);
    return answer("{}");
  };
  const socket = await dial(post('{"query":"{ a }"}') + post('{"query":"{ b }"}'));
  await eventually(async () => expect(counted).toHaveLength(2));
  socket.destroy();
  await pause(50);
  expect(signals.map((signal) => signal?.aborted)).toEqual([false, false]);
  expect(counted).toMatchObject([
    { status: 200, operation: { name: "A" } },
    { status: 200, operation: { name: "A" } },
  ]);
});

test("S17 a body in another charset than UTF-8, or in two, is refused with 415 and not read", async () => {
  handle = async () => answer("{}");
  const statusOf = async (type: string): Promise<number> =>
    (await sendJson(http.url(), { query: "{ a }" }, { "content-type": type })).status;
  for (const type of [
    "application/json; charset=utf-7",
    "application/json;charset=iso-2022-jp",
    'application/json; Charset="UTF-16"',
    "application/json; charset=utf-8; charset=utf-7",
    "application/json; charset=utf-8; charset=utf-8",
    "application/json; charset=",
  ])
    expect([type, await statusOf(type)]).toEqual([type, 415]);
  for (const type of [
    "application/json",
    "application/json; charset=utf-8",
    'Application/JSON;CHARSET="UTF-8"',
    "application/json; profile=a",
  ])
    expect([type, await statusOf(type)]).toEqual([type, 200]);
});

test("S16 a head of 100 kB is refused with 431, a body without a length is cut at the limit", async () => {
  handle = async () => answer("{}");
  const large = await dial(`GET /graphql HTTP/1.1\r\nhost: a\r\nx-large: ${"a".repeat(100_000)}`);
  expect(String((await once(large, "data"))[0])).toMatch(/^HTTP\/1.1 431 /);
  large.destroy();
  const head = "host: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n";
  const chunk = `1000\r\n${" ".repeat(0x1000)}\r\n`;
  const endless = await dial(`POST /graphql HTTP/1.1\r\n${head}\r\n${chunk.repeat(4)}`);
  expect(String((await once(endless, "data"))[0])).toMatch(/^HTTP\/1.1 413 /);
  endless.destroy();
  expect((await sendJson(http.url(), { query: "{ a }" })).status).toBe(200);
});

test("S16 a body that comes a byte at a time is cut off, and nobody else waits for it", async () => {
  handle = async () => answer("{}");
  const head = "host: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n";
  const slow = await dial(`POST /graphql HTTP/1.1\r\n${head}\r\n`);
  const slowHead = await dial("POST /graphql HTTP/1.1\r\nhost: a\r\n");
  const dripping = setInterval(() => {
    slow.write("1\r\n \r\n");
    slowHead.write("x-a: b\r\n");
  }, 50);
  const others = Array.from({ length: 20 }, () => sendJson(http.url(), { query: "{ a }" }));
  for (const { status } of await Promise.all(others)) expect(status).toBe(200);
  const cut = await Promise.all([slow, slowHead].map((socket) => once(socket, "data")));
  clearInterval(dripping);
  for (const [said] of cut) expect(String(said)).toMatch(/^HTTP\/1.1 408 /);
  slow.destroy();
  slowHead.destroy();
});

test("a request says where its client is, as the proxy before this server has it", async () => {
  const addresses: (string | undefined)[] = [];
  handle = async ({ address }) => {
    addresses.push(address);
    return answer("{}");
  };
  for (const forwarded of ["203.0.113.7", "1.1.1.1, 2001:db8::1"]) {
    await sendJson(http.url(), { query: "{ a }" }, { "x-forwarded-for": forwarded });
  }
  await sendJson(http.url(), { query: "{ a }" });
  expect(addresses).toEqual(["203.0.113.7", "2001:db8:0:0::/64", "127.0.0.1"]);
});

test("S2 a body with a variable called `__proto__` reaches the engine as it was sent", async () => {
  const bodies: unknown[] = [];
  handle = async ({ body }) => {
    bodies.push(body);
    return answer("{}");
  };
  const sent = '{"query":"{ a }","variables":{"__proto__":1,"constructor":{"prototype":2}}}';
  const headers = { "content-type": "application/json" };
  expect((await send(http.url(), { method: "POST", headers, body: sent })).status).toBe(200);
  expect(JSON.stringify(bodies[0])).toBe(sent);
});

test("a reader of neither media type is refused with 406 before anything is executed", async () => {
  let executed = false;
  handle = async () => {
    executed = true;
    return answer("{}");
  };
  const { status } = await sendJson(http.url(), { query: "{ a }" }, { accept: "text/turtle" });
  expect([status, executed]).toEqual([406, false]);
});

test("an error says by its extension what HTTP is to say, and its reader does not see that", async () => {
  handle = async (request) => answer(JSON.stringify(readQuestion(request)));
  const { body, headers, status } = await send(http.url(), { method: "DELETE" });
  expect([status, headers.allow]).toEqual([405, "GET, POST"]);
  expect(JSON.parse(body).errors[0].extensions).toEqual({ code: "BAD_REQUEST" });
});

test("an answer that many get is sent to each as it can read it, also with other encodings and origins", async () => {
  const body = Buffer.from(JSON.stringify({ data: { text: "é".repeat(5_000) } }));
  handle = async () => answer(body);
  const ask = (headers = {}) => sendJson(http.url(), { query: "{ a }" }, headers);
  const plain = await ask();
  expect([plain.body, plain.bytes]).toEqual([body.toString(), body.length]);
  const all = await Promise.all(
    ["br", "gzip", "gzip, deflate, br", "br;q=0, gzip", "identity", "*;q=0"].map((accepted) =>
      ask({ "accept-encoding": accepted, origin }),
    ),
  );
  expect(all.map(({ headers }) => headers["content-encoding"])).toEqual([
    "br",
    "gzip",
    "br",
    "gzip",
    undefined,
    undefined,
  ]);
  for (const one of all) {
    expect(one.body).toBe(plain.body);
    expect(one.headers["access-control-allow-origin"]).toBe(origin);
  }
  expect(all[0]?.headers.vary).toBe("Origin, accept-encoding");
});
