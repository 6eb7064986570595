import { buildSubgraphSchema } from "@apollo/subgraph";
import { expect, test } from "@jest/globals";
import { graphql, parse } from "graphql";
import { codeOf, failure } from "../../runtime/errors.ts";
import { maxRepresentations, replaceEntitiesResolver } from "./entities.ts";

const schema = buildSubgraphSchema({
  typeDefs: parse(`
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Query { ok: Boolean }
    type Plain { id: ID! }
    type Book @key(fields: "id") { id: ID! title: String }
    type Shelf @key(fields: "id") { id: ID! }`),
  resolvers: {
    Book: {
      __resolveReference: async ({ id }: { readonly id: unknown }) => {
        if (id === "broken") throw failure("DATABASE_UNAVAILABLE");
        if (typeof id !== "string") throw failure("INVALID_REPRESENTATION");
        return id === "gone" ? null : { id, title: `Book ${id}` };
      },
    },
  },
});
replaceEntitiesResolver(schema);

async function ask(
  representations: readonly unknown[],
): Promise<{ entities: unknown; codes: readonly unknown[] }> {
  const answer = await graphql({
    schema,
    source: `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      __typename ... on Book { id title } ... on Shelf { id } } }`,
    variableValues: { representations },
  });
  return {
    entities: answer.data?.["_entities"],
    codes: (answer.errors ?? []).map((error) => `${codeOf(error)} ${error.path?.join(".")}`),
  };
}

test("each representation resolves by its type, in order; a type without a resolver is its representation", async () => {
  const { entities, codes } = await ask([
    { __typename: "Book", id: "1" },
    { __typename: "Shelf", id: "2" },
    { __typename: "Book", id: "gone" },
    { __typename: "Book", id: "1" },
  ]);
  const book = { __typename: "Book", id: "1", title: "Book 1" };
  expect(entities).toEqual([book, { __typename: "Shelf", id: "2" }, null, book]);
  expect(codes).toEqual([]);
});

test("S29 a bad representation is null with an error of its own, and the others resolve", async () => {
  const { entities, codes } = await ask([
    { __typename: "Nothing", id: "1" },
    { __typename: "Plain", id: "1" },
    { __typename: "Query" },
    { id: "1" },
    "Book",
    { __typename: "Book" },
    { __typename: "Book", id: "broken" },
    { __typename: "Book", id: "1" },
  ]);
  expect(entities).toEqual([
    ...Array.from({ length: 7 }, () => null),
    { __typename: "Book", id: "1", title: "Book 1" },
  ]);
  expect([...codes].sort()).toEqual([
    "DATABASE_UNAVAILABLE _entities.6",
    ...[0, 1, 2, 3, 4, 5].map((at) => `INVALID_REPRESENTATION _entities.${at}`),
  ]);
});

test("S29 more representations than the cap are refused as a whole", async () => {
  const many = (count: number): readonly unknown[] =>
    Array.from({ length: count }, () => ({ __typename: "Book", id: "1" }));
  expect((await ask(many(maxRepresentations))).codes).toEqual([]);
  expect((await ask(many(100_000))).codes).toEqual(["TOO_MANY_REPRESENTATIONS _entities"]);
});
