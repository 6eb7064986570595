import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { systemClock } from "../runtime/clock.ts";
import { signatureHeader } from "../runtime/request-signature.ts";
import {
  createLibrary,
  eventually,
  type StartedGateway,
  startGateway,
  startGatewayFrom,
} from "../tests/harness/library.ts";
import { askerOf } from "../tests/harness/signed-client.ts";
import type { TinySubgraph } from "../tests/harness/tiny-subgraph.ts";

const key = "a key of at least thirty-two characters for tests";
let books: TinySubgraph;
let loans: TinySubgraph;
let development: StartedGateway;
let production: StartedGateway;

beforeAll(async () => {
  ({ books, loans } = await createLibrary());
  development = await startGateway([books, loans], { GATEWAY_SIGNING_KEY: key });
  production = await startGateway([books, loans], { NODE_ENV: "production" });
});

afterAll(async () => {
  await development.stop();
  await production.stop();
  await Promise.all([books.stop(), loans.stop()]);
});

test("it answers one operation from two subgraphs of a graph that it knows nothing of", async () => {
  const answer = await development.client.send("{ books { title dueInDays } loanCount }");
  expect(answer).toEqual({
    status: 200,
    data: {
      books: [
        { title: "Book 1", dueInDays: 7 },
        { title: "Book 2", dueInDays: 14 },
        { title: "Book 3", dueInDays: 21 },
      ],
      loanCount: 3,
    },
  });
});

test("an error under entities points at the client's path, names its subgraph, and hides its words", async () => {
  const { data, errors } = await development.client.send(
    "query ($id: ID!) { all: books { who: borrower } one: book(id: $id) { borrower } }",
    { id: "2" },
  );
  expect(data).toEqual({
    all: [{ who: "reader 1" }, { who: null }, { who: "reader 3" }],
    one: { borrower: null },
  });
  const masked = {
    message: "Something went wrong on our side; the log has it under the request id.",
    extensions: { code: "INTERNAL_SERVER_ERROR", service: "loans" },
  };
  expect(errors).toHaveLength(2);
  expect(errors).toContainEqual({ ...masked, path: ["all", 1, "who"] });
  expect(errors).toContainEqual({ ...masked, path: ["one", "borrower"] });
});

test("an error of the catalogue keeps its code and details, but nothing that was for developers", async () => {
  const { data, errors } = await development.client.send('{ loan(id: "7") loanCount }');
  expect(data).toEqual({ loan: null, loanCount: 3 });
  expect(errors).toEqual([
    {
      message: 'There is no loan 7. Did you mean "8"?',
      path: ["loan"],
      extensions: { code: "NOT_FOUND", argument: "id", service: "loans" },
    },
  ]);
});

test("S11 production makes no suggestions, its own or relayed, and answers no introspection", async () => {
  const { errors: relayed } = await production.client.send('{ loan(id: "7") }');
  expect(relayed?.[0]?.message).toBe("There is no loan 7.");
  const { errors: own } = await production.client.send("{ bookz { title } }");
  expect(own?.[0]).toMatchObject({
    message: 'Cannot query field "bookz" on type "Query".',
    extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
  });
  const introspection = "{ __schema { queryType { name } } }";
  expect(new Set(await production.client.codes(introspection))).toEqual(
    new Set(["GRAPHQL_VALIDATION_FAILED"]),
  );
  expect(await development.client.data(introspection)).toBeTruthy();
});

test("S28 internal headers that a client sends never reach a subgraph; the signed viewer does", async () => {
  loans.heard.length = 0;
  await development.client.send(
    "{ loanCount }",
    {},
    {
      [signatureHeader]: "v1;forged",
      "x-supergraph-anything": "1",
      "apollo-federation-include-trace": "ftv1",
      "x-user-id": "1",
      "x-request-id": "from-the-client",
      cookie: "a=b",
    },
  );
  const headers = loans.heard[0]?.headers ?? {};
  expect(Object.keys(headers).sort()).toEqual([
    "accept",
    "connection",
    "content-length",
    "content-type",
    "host",
    "x-request-id",
    signatureHeader,
    "x-supergraph-timeout",
  ]);
  expect(headers["x-request-id"]).toBe("from-the-client");
  const asker = await askerOf(loans.heard[0], systemClock, key);
  expect(asker?.viewer).toEqual({ kind: "anonymous" });
});

test("an answer has the request's id and is stored nowhere; an id that is not harmless is replaced", async () => {
  const send = (id: string): Promise<Response> =>
    fetch(`${production.url}/graphql?query={loanCount}`, {
      headers: { "x-request-id": id, "apollo-require-preflight": "1" },
    });
  const kept = await send("abc-123");
  expect(await kept.json()).toEqual({ data: { loanCount: 3 } });
  expect(kept.headers.get("x-request-id")).toBe("abc-123");
  expect(kept.headers.get("cache-control")).toBe("no-store");
  expect((await send('"><script>')).headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
});

test("whatever is wrong with a request gets a code of the catalogue and a status", async () => {
  const post = async (body: string): Promise<readonly [number, string]> => {
    const headers = { "content-type": "application/json" };
    const url = `${production.url}/graphql`;
    const answer = await fetch(url, { method: "POST", headers, body });
    const { errors } = (await answer.json()) as { errors: { extensions: { code: string } }[] };
    return [answer.status, errors[0]?.extensions.code ?? ""];
  };
  const ask = (query: string, variables = {}): string => JSON.stringify({ query, variables });
  expect(await post("{")).toEqual([400, "BAD_REQUEST"]);
  expect(await post("[]")).toEqual([400, "BAD_REQUEST"]);
  expect(await post(JSON.stringify([{ query: "{ loanCount }" }]))).toEqual([400, "BAD_REQUEST"]);
  expect(await post(ask("{ loanCount"))).toEqual([400, "GRAPHQL_PARSE_FAILED"]);
  expect(await post(ask("query A { loanCount } query B { loanCount }"))).toEqual([
    400,
    "OPERATION_RESOLUTION_FAILURE",
  ]);
  expect(await post(ask("query ($id: ID!) { loan(id: $id) }"))).toEqual([400, "BAD_USER_INPUT"]);
  expect(await post(ask("query ($id: ID!) { loan(id: $id) }", { id: {} }))).toEqual([
    400,
    "BAD_USER_INPUT",
  ]);
  expect(await post(" ".repeat(3_000_000))).toEqual([413, "REQUEST_TOO_LARGE"]);
});

test("metrics count requests by status and operation, and subgraph calls by outcome", async () => {
  const text = await (await fetch(`${production.url}/metrics`)).text();
  expect(text).toMatch(/gateway_requests_total\{status="200",operation="query"\} \d/);
  expect(text).toMatch(/gateway_requests_total\{status="413",operation="none"\} 1/);
  expect(text).toMatch(/gateway_subgraph_calls_total\{subgraph="loans",outcome="ok"\} \d/);
  expect(text).toMatch(/gateway_subgraph_call_duration_seconds_bucket/);
  expect(text).toMatch(/process_cpu_seconds_total/);
});

test("a stop lets requests in flight end, and refuses new ones", async () => {
  const one = await startGateway([books, loans]);
  expect((await fetch(`${one.url}/readyz`)).status).toBe(200);
  const slow = one.client.send("{ slow }");
  await eventually(async () => expect(books.heard.at(-1)?.body).toContain("slow"));
  const stopped = one.stop();
  await expect(fetch(`${one.url}/readyz`)).rejects.toThrow();
  expect(await slow).toEqual({ status: 200, data: { slow: "done" } });
  await stopped;
  expect(one.gateway.state().phase).toBe("stopped");
});

test("S23 a supergraph that needs an enforcement is served by the engine that has it, and refused by the other", async () => {
  const secured = books.sdl
    .replace('"@shareable"', '"@shareable", "@authenticated"')
    .replace("pages: Int!", "pages: Int! @authenticated");
  const start = (env: Readonly<Record<string, string>>): Promise<StartedGateway> =>
    startGateway([{ ...books, sdl: secured }], env);
  const enforcing = await start({});
  expect(await enforcing.client.codes("{ books { title pages } }")).toEqual([
    "UNAUTHENTICATED books.0.pages",
  ]);
  await enforcing.stop();
  await expect(start({ GATEWAY_ENGINE: "apollo" })).rejects.toThrow(
    "The supergraph cannot be loaded: it needs https://specs.apollo.dev/authenticated/v0.1, which GATEWAY_ENGINE=apollo does not enforce.",
  );
  const allowed = await start({ GATEWAY_ENGINE: "apollo", GATEWAY_ALLOW_UNENFORCED: "1" });
  expect(await allowed.client.data("{ books { pages } }")).toBeTruthy();
  await allowed.stop();
  await expect(startGatewayFrom({ "a.graphql": "type Query { a: Int }" })).rejects.toThrow(
    /^The supergraph cannot be loaded: /,
  );
});
