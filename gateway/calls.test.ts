import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { answerJson, createHttpDouble, type HttpDouble } from "../tests/harness/http-double.ts";
import {
  createLibrary,
  eventually,
  loansSdl,
  type StartedGateway,
  startGateway,
} from "../tests/harness/library.ts";

let library: Awaited<ReturnType<typeof createLibrary>>;
let loans: HttpDouble;
let answerLoans: Parameters<typeof createHttpDouble>[0];
let one: StartedGateway;

beforeAll(async () => {
  library = await createLibrary();
  await library.loans.stop();
  loans = await createHttpDouble((heard, response) => answerLoans(heard, response));
  one = await startGateway([library.books, { name: "loans", sdl: loansSdl, url: loans.url }], {
    FORWARD_HEADERS: "accept-language",
    SUBGRAPH_TIMEOUT_MS: "20000",
    SUBGRAPH_TIMEOUTS: "loans=1000",
  });
});

beforeEach(() => {
  loans.heard.length = 0;
  answerLoans = (_heard, response) => answerJson(response, { data: { loanCount: 1 } });
});

afterAll(async () => {
  await one.stop();
  await Promise.all([library.books.stop(), loans.stop()]);
});

function post(query: string, headers: Readonly<Record<string, string>>, signal?: AbortSignal) {
  return fetch(`${one.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query }),
    ...(signal && { signal }),
  });
}

test("S28 of a client's headers a subgraph gets the listed ones, its trace and its id, nothing else", async () => {
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const sent = { "accept-language": "de", traceparent, tracestate: "a=b", "x-request-id": "r-1" };
  await post("{ loanCount }", {
    ...sent,
    cookie: "session=1",
    "x-tenant": "t",
    "x-supergraph-viewer": "forged",
    "x-supergraph-timeout": "999999",
    "apollo-federation-include-trace": "ftv1",
  });
  const headers = loans.heard[0]?.headers ?? {};
  expect(headers).toMatchObject(sent);
  expect(Object.keys(headers).sort()).toEqual(
    [
      ...Object.keys(sent),
      "accept",
      "connection",
      "content-length",
      "content-type",
      "host",
      "x-supergraph-timeout",
    ].sort(),
  );
  expect(Number(headers["x-supergraph-timeout"])).toBeLessThanOrEqual(1_000);
});

test("R52 a subgraph has its own time, and is told how much of it is left", async () => {
  answerLoans = () => {};
  const started = performance.now();
  const answer = await one.client.send("{ loanCount books { title } }");
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(answer.data).toMatchObject({ loanCount: null, books: [{}, {}, {}] });
  expect(answer.errors?.[0]?.extensions).toEqual({ code: "SUBGRAPH_TIMEOUT", service: "loans" });
});

test("R56 a client that leaves ends the calls of its request", async () => {
  let left = 0;
  answerLoans = (_heard, response) => {
    response.on("close", () => {
      left += 1;
    });
  };
  const leaving = new AbortController();
  const answer = post("{ loanCount }", {}, leaving.signal);
  await eventually(async () => expect(loans.heard).toHaveLength(1));
  leaving.abort();
  await expect(answer).rejects.toThrow();
  await eventually(async () => expect(left).toBe(1));
  const metrics = await (await fetch(`${one.url}/metrics`)).text();
  expect(metrics).toMatch(
    /gateway_subgraph_calls_total\{subgraph="loans",outcome="CLIENT_CLOSED_REQUEST"\} 1/,
  );
});

test("S3 keys of a subgraph's JSON that reach prototypes are dropped, and the other entities are intact", async () => {
  answerLoans = ({ body }, response) => {
    const count = JSON.parse(body).variables.representations.length;
    const bad =
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"dueInDays":7}';
    const entities = [bad, ...Array(count - 1).fill('{"dueInDays":8}')].join();
    response.writeHead(200, { "content-type": "application/json" });
    response.end(`{"data":{"_entities":[${entities}],"__proto__":{"polluted":1}}}`);
  };
  expect(await one.client.data("{ books { title dueInDays } }")).toEqual({
    books: [7, 8, 8].map((dueInDays, index) => ({ title: `Book ${index + 1}`, dueInDays })),
  });
  expect(Object.prototype).not.toHaveProperty("polluted");
  expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain("polluted");
});
