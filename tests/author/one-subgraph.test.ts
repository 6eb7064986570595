import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { systemClock } from "../../runtime/clock.ts";
import { createClient } from "../harness/client.ts";
import { createLibrary, type StartedGateway, startGateway } from "../harness/library.ts";
import { send, sendJson } from "../harness/send.ts";
import { askerOf } from "../harness/signed-client.ts";
import type { TinySubgraph } from "../harness/tiny-subgraph.ts";

const key = "a key of at least thirty-two characters for tests";
let books: TinySubgraph;
let loans: TinySubgraph;
let development: StartedGateway;
let production: StartedGateway;

beforeAll(async () => {
  ({ books, loans } = await createLibrary());
  const env = { GATEWAY_SIGNING_KEY: key };
  development = await startGateway([books, loans], env);
  production = await startGateway([books, loans], { ...env, NODE_ENV: "production" });
});

afterAll(async () => {
  await development.stop();
  await production.stop();
  await Promise.all([books.stop(), loans.stop()]);
});

const alone = (name: string): ReturnType<typeof createClient> =>
  createClient(`${development.url}/subgraphs/${name}/graphql`);

test("an author asks one subgraph alone, entities included, signed as the gateway signs", async () => {
  loans.heard.length = 0;
  const document = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Book { borrower dueInDays } } loanCount
  }`;
  const representations = ["1", "3"].map((id) => ({ __typename: "Book", id }));
  const answer = await alone("loans").send(document, { representations }, { "x-user-id": "1" });
  expect(answer).toEqual({
    status: 200,
    data: {
      _entities: [
        { borrower: "reader 1", dueInDays: 7 },
        { borrower: "reader 3", dueInDays: 21 },
      ],
      loanCount: 3,
    },
  });
  const headers = loans.heard[0]?.headers ?? {};
  const asker = await askerOf(loans.heard[0], systemClock, key);
  expect(asker?.viewer).toEqual({ kind: "anonymous" });
  expect(headers).not.toHaveProperty("x-user-id");
});

test("its own schema can be read there, by tools too", async () => {
  const { __schema } = await alone("books").data("{ __schema { queryType { fields { name } } } }");
  const fields = __schema.queryType.fields.map(({ name }: { name: string }) => name);
  expect(fields).toContain("books");
  expect(fields).not.toContain("loanCount");
});

test("errors are those that a client would see", async () => {
  expect(await alone("loans").codes('{ loan(id: "7") }')).toEqual(["NOT_FOUND loan"]);
  expect(await alone("loans").codes("{ loan(")).toEqual(["GRAPHQL_PARSE_FAILED"]);
  expect(await alone("nothing").codes("{ loanCount }")).toEqual(["NOT_FOUND"]);
  const path = "/subgraphs/loans/graphql";
  const post = { method: "POST", path };
  const bad = { "content-type": "application/json", authorization: "Bearer nonsense" };
  const body = '{"query":"{loanCount}"}';
  expect((await send(development.url, { ...post, headers: bad, body })).status).toBe(401);
  const foreign = { "content-type": "text/plain", "sec-fetch-site": "cross-site" };
  expect((await send(development.url, { ...post, headers: foreign, body })).status).toBe(400);
  const json = { "content-type": "application/json" };
  expect((await send(development.url, { ...post, headers: json, body: "{" })).status).toBe(400);
  expect((await send(development.url, { ...post, headers: json, body: "[]" })).status).toBe(400);
});

test("in production there is nothing at that path", async () => {
  loans.heard.length = 0;
  const path = "/subgraphs/loans/graphql";
  const headers = { "content-type": "application/json" };
  const body = '{"query":"{loanCount}"}';
  expect((await send(production.url, { method: "POST", path, headers, body })).status).toBe(404);
  expect((await sendJson(production.url, { query: "{ loanCount }" })).status).toBe(200);
  expect(loans.heard).toHaveLength(1);
});
