import { RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer, HeaderMap } from "@apollo/server";
import { ApolloServerPluginUsageReportingDisabled } from "@apollo/server/plugin/disabled";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { createHttpDouble, type HttpDouble } from "../../tests/harness/http-double.ts";
import { booksSdl, createLibrary, eventually, loansSdl } from "../../tests/harness/library.ts";
import type { TinySubgraph } from "../../tests/harness/tiny-subgraph.ts";
import { compose } from "../plan/compose.ts";
import { CompiledGateway, type CompiledGatewayOptions } from "./compiled-gateway.ts";
import { stringifyResult } from "./text-data.ts";

interface Context {
  readonly token?: string;
  readonly signal?: AbortSignal;
}

let books: TinySubgraph;
let loans: TinySubgraph;
/** A subgraph that does what a test says. */
let other: HttpDouble;
let behave: Parameters<typeof createHttpDouble>[0];
const servers: ApolloServer<Context>[] = [];

beforeAll(async () => {
  ({ books, loans } = await createLibrary());
  other = await createHttpDouble((...heard) => behave(...heard));
});

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  for (const { heard } of [books, loans, other]) heard.length = 0;
});

afterAll(() => Promise.all([books, loans, other].map((one) => one.stop())));

/** Apollo Server with the gateway in front of the books and of the loans at `url`. */
async function serve(
  options: Partial<CompiledGatewayOptions<Context>> = {},
  url = loans.url,
  asText = false,
): Promise<ApolloServer<Context>> {
  const supergraphSdl = await compose([
    { name: "books", sdl: booksSdl, url: books.url, place: "books" },
    { name: "loans", sdl: loansSdl, url, place: "loans" },
  ]);
  const gateway = new CompiledGateway<Context>({ ...options, supergraphSdl, asText });
  const server = new ApolloServer<Context>({
    gateway,
    ...(asText && { stringifyResult }),
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginUsageReportingDisabled()],
  });
  servers.push(server);
  await server.start();
  return server;
}

/** The text that a client gets. */
async function ask(
  server: ApolloServer<Context>,
  query: string,
  context: Context = {},
  variables: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { body } = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: "POST",
      headers: new HeaderMap([["content-type", "application/json"]]),
      search: "",
      body: { query, variables },
    },
    context: async () => context,
  });
  if (body.kind !== "complete") throw new Error("an incremental answer");
  return body.string;
}

const shelf = "query ($id: ID!) { book(id: $id) { title borrower } }";

test("Apollo Server answers from subgraphs at their URLs", async () => {
  const server = await serve();
  expect(JSON.parse(await ask(server, shelf, {}, { id: "3" }))).toEqual({
    data: { book: { title: "Book 3", borrower: "reader 3" } },
  });
  expect(JSON.parse(await ask(server, "mutation { lend(id: 1) { borrower } }"))).toEqual({
    data: { lend: { borrower: "reader 1" } },
  });
});

test("errors of subgraphs keep their message, code and place", async () => {
  const server = await serve();
  const { data, errors } = JSON.parse(await ask(server, '{ loanCount loan(id: "9") }'));
  expect(data).toEqual({ loanCount: 3, loan: null });
  expect(errors).toEqual([
    expect.objectContaining({
      message: 'There is no loan 9. Did you mean "8"?',
      path: ["loan"],
      extensions: expect.objectContaining({ code: "NOT_FOUND", argument: "id" }),
    }),
  ]);
});

test("calls have what the application says of their request and their subgraph", async () => {
  const server = await serve({
    detailsOf: ({ token = "" }, subgraph) => ({
      headers: { authorization: token, "x-for": subgraph },
    }),
  });
  await Promise.all([
    ask(server, shelf, { token: "ada" }, { id: "1" }),
    ask(server, shelf, { token: "grace" }, { id: "2" }),
  ]);
  for (const [{ heard }, name] of [[books, "books"] as const, [loans, "loans"] as const]) {
    expect(heard.map(({ headers }) => [headers.authorization, headers["x-for"]]).sort()).toEqual([
      ["ada", name],
      ["grace", name],
    ]);
  }
});

test("R56 a call is ended when its signal says that nobody waits", async () => {
  let closed = 0;
  behave = (_heard, response) => response.on("close", () => (closed += 1));
  const server = await serve({ detailsOf: ({ signal }) => ({ signal }) }, other.url);
  const leaving = new AbortController();
  const answer = ask(server, "{ loanCount }", { signal: leaving.signal });
  await eventually(async () => expect(other.heard).toHaveLength(1));
  leaving.abort();
  await eventually(async () => expect(closed).toBe(1));
  expect(JSON.parse(await answer).errors[0].extensions.code).toBe("CLIENT_CLOSED_REQUEST");
});

test("R52 a subgraph that hangs, breaks or is not there costs its own fields", async () => {
  const question = '{ book(id: "1") { title borrower } }';
  async function codeFrom(url: string): Promise<unknown> {
    const { data, errors } = JSON.parse(await ask(await serve({ timeout: 200 }, url), question));
    expect(data).toEqual({ book: { title: "Book 1", borrower: null } });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ path: ["book", "borrower"] });
    return errors[0].extensions.code;
  }
  behave = () => undefined;
  expect(await codeFrom(other.url)).toBe("SUBGRAPH_TIMEOUT");
  behave = (_heard, response) => response.end("<html>");
  expect(await codeFrom(other.url)).toBe("SUBGRAPH_INVALID_RESPONSE");
  expect(await codeFrom("http://127.0.0.1:1")).toBe("SUBGRAPH_UNAVAILABLE");
});

test("written as text, answers are what Apollo Server would write", async () => {
  const [objects, texts] = [await serve(), await serve({}, loans.url, true)];
  const questions = [
    "{ books { id title borrower dueInDays } }",
    '{ none: book(id: "4") { title } loan(id: "1") }',
    "{ __schema { queryType { name } } }",
    "{ books { nothing } }",
    "query ($id: ID!) { book(id: $id) { id } }",
  ];
  for (const question of questions) {
    const [expected, given] = [await ask(objects, question), await ask(texts, question)];
    expect(JSON.parse(given)).toEqual(JSON.parse(expected));
    expect(given).toBe(expected);
  }
});

test("written as text, answers in this process are as readable as JSON", async () => {
  const server = await serve({}, loans.url, true);
  const { body } = await server.executeOperation({ query: "{ loanCount }" });
  expect(JSON.parse(JSON.stringify(body))).toMatchObject({
    singleResult: { data: { loanCount: 3 } },
  });
});

test("data sources of the application's own are asked in place of URLs", async () => {
  class WithToken extends RemoteGraphQLDataSource {
    override willSendRequest({
      context,
      request,
    }: {
      context: Context;
      request: { http?: unknown };
    }): void {
      const { headers } = request.http as { headers: { set(name: string, value: string): void } };
      headers.set("authorization", context.token ?? "");
    }
  }
  const server = await serve({ buildService: ({ url = "" }) => new WithToken({ url }) });
  expect(JSON.parse(await ask(server, shelf, { token: "ada" }, { id: "1" }))).toEqual({
    data: { book: { title: "Book 1", borrower: "reader 1" } },
  });
  expect(books.heard[0]?.headers.authorization).toBe("ada");
});

test("a data source that fails costs its own fields", async () => {
  const server = await serve({
    buildService: ({ name, url = "" }) =>
      name === "books"
        ? new RemoteGraphQLDataSource({ url })
        : { process: () => Promise.reject(new Error("no way")) },
  });
  const { data, errors } = JSON.parse(await ask(server, shelf, {}, { id: "1" }));
  expect(data).toEqual({ book: { title: "Book 1", borrower: null } });
  expect(errors[0].extensions.code).toBe("SUBGRAPH_UNAVAILABLE");
});
