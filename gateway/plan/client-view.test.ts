import { expect, test } from "@jest/globals";
import { buildSchema, introspectionFromSchema } from "graphql";
import { createCompiler } from "./compile.ts";
import { compose } from "./compose.ts";
import { loadApiSchema } from "./load-supergraph.ts";

const books = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@inaccessible", "@authenticated"])
  """
  Where books are.
  """
  scalar Place @specifiedBy(url: "https://example.com/place")
  enum Kind { NOVEL POEM @deprecated(reason: "nobody reads them") }
  input Filter { kind: Kind = NOVEL  words: [String!]! = ["a", "\\"b\\""]  least: Int = 3 }
  interface Item { id: ID!  place: Place }
  union Found = Book | Shelf
  type Book implements Item @key(fields: "id") {
    id: ID!  place: Place  kind: Kind  price: Int @inaccessible  borrower: String @authenticated
  }
  type Shelf implements Item { id: ID!  place: Place  books(first: Int = 10, filter: Filter = { words: ["x"] }): [Book!]! }
  type Query { find(words: String): [Found!]  item(id: ID!): Item }
  type Mutation { lend(id: ID!): Book }
`;

test("what runs operations knows the same schema as what plans them, and what it requires", async () => {
  const sdl = await compose([
    { name: "books", url: "http://localhost", place: "books", sdl: books },
  ]);
  const compiler = createCompiler(sdl, {
    introspection: true,
    listSize: 10,
    refuse: () => undefined,
  });
  const { apiSdl, requirements } = compiler.view();
  const all = {
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  };
  const schema = buildSchema(apiSdl, { noLocation: true, assumeValid: true });
  expect(introspectionFromSchema(schema, all)).toEqual(
    introspectionFromSchema(loadApiSchema(sdl), all),
  );
  expect(apiSdl).not.toContain("price");
  expect(requirements).toEqual([{ kind: "authenticated" }]);
});
