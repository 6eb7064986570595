import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { buildSchema, parse, validate } from "graphql";
import { upToDate, withToken } from "../../gateway/http/explorer/authorization.ts";
import { examplesFor, ownExamples } from "../../gateway/http/explorer/examples.ts";
import { signInWays } from "../../gateway/http/explorer/sign-in.ts";
import { projectRoot } from "../../runtime/project-root.ts";
import type { Client } from "../harness/client.ts";
import { type Graph, startGraph } from "../harness/graph.ts";

const ours = buildSchema(readFileSync(join(projectRoot(), "graph", "api.graphql"), "utf8"));
let graph: Graph;
let grace: Client;

beforeAll(async () => {
  graph = await startGraph({ data: "demo" });
  grace = await graph.signIn("grace@example.com");
}, 60_000);

afterAll(() => graph.stop());

test("every example fits our schema", () => {
  expect(examplesFor(ours)).toEqual(ownExamples);
});

test.each(ownExamples.map((example) => [example.title, example] as const))(
  "the example %s runs on the demo data",
  async (_, { document, signedIn, variables }) => {
    const client = signedIn === true ? grace : graph.anonymous;
    expect(await client.data(document, variables)).toBeTruthy();
  },
);

test("a foreign schema gets examples of its first fields, down to the first leaves", () => {
  const schema = buildSchema(`
    type Query { "One shop. And more." shop: Shop  find(id: ID!): Item  items(first: Int): Items!  any: Any  size: Int }
    type Shop { name: String  owner(at: Int!): String  items: Items }
    type Items { edges: [Edge!]!  page(of: Int!): Int }
    type Edge { node: Item }
    type Item { id: ID!  price(in: String = "EUR"): Float }
    union Any = Shop | Item
  `);
  const examples = examplesFor(schema);
  expect(examples.map(({ document }) => document.replace(/\s+/g, " "))).toEqual([
    "query Shop { shop { name } }",
    "query Items { items { edges { node { id price } } } }",
    "query Any { any { __typename } }",
    "query Size { size }",
  ]);
  for (const { document } of examples) expect(validate(schema, parse(document))).toEqual([]);
});

test("the sign-in box is there for a schema that takes an e-mail address and a password for a token", () => {
  expect(signInWays(ours)).toEqual({
    signIn: expect.stringContaining("refreshToken"),
    refresh: expect.stringContaining("refreshSession"),
    signOut: expect.stringContaining("signOut"),
  });
  const schema = (signIn: string): string => `
    type Query { a: Int } type Mutation { ${signIn} } type Session { accessToken: String }
    input Given { email: String!, password: String! }`;
  expect(signInWays(buildSchema(schema("signIn(input: Given!): Session")))).toEqual({
    signIn: expect.stringContaining("{ accessToken }"),
    refresh: undefined,
    signOut: undefined,
  });
  expect(signInWays(buildSchema(schema("signIn(name: String): Session")))).toBeUndefined();
  expect(signInWays(buildSchema("type Query { a: Int }"))).toBeUndefined();
});

test("a token goes into the headers beside the others, in place of an older one", () => {
  const bearer = (token: string): string => withToken("", token) ?? "";
  expect(JSON.parse(bearer("new"))).toEqual({ Authorization: "Bearer new" });
  expect(JSON.parse(withToken('{"authorization": "x", "a": "b"}', "new") ?? "")).toEqual({
    a: "b",
    Authorization: "Bearer new",
  });
  expect(withToken("{ not json", "new")).toBeUndefined();
});

test("headers follow the session, but what the user wrote stays", () => {
  const bearer = (token: string): string => withToken("", token) ?? "";
  const open = { current: "new", former: ["old"] };
  expect(upToDate("", open)).toBe(bearer("new"));
  expect(upToDate(bearer("old"), open)).toBe(bearer("new"));
  for (const own of ["{}", "{ not json", bearer("theirs"), '{"a": "b"}']) {
    expect(upToDate(own, open)).toBe(own);
  }
  const closed = { current: undefined, former: ["old", "new"] };
  expect(upToDate("", closed)).toBe("");
  expect(upToDate(bearer("new"), closed)).toBe("");
  expect(JSON.parse(upToDate('{"a": "b", "Authorization": "Bearer old"}', closed))).toEqual({
    a: "b",
  });
});
