import { expect, test } from "@jest/globals";
import { buildSchema, type GraphQLObjectType, type GraphQLResolveInfo, graphql } from "graphql";
import { columnsOf, objectTypeOf, selectedFields } from "./selection.ts";

const schema = buildSchema(`
  type Query { people: Connection }
  type Connection { edges: [Edge!] totalCount: Int }
  type Edge { cursor: String node: Person }
  type Person { id: ID name: String age: Int friend: Person }
`);

async function selected(
  source: string,
  path: readonly string[],
  variableValues = {},
): Promise<string[]> {
  let fields: ReadonlySet<string> = new Set();
  const people = (_args: unknown, _context: unknown, info: GraphQLResolveInfo): null => {
    fields = selectedFields(info, objectTypeOf(info), path);
    return null;
  };
  const { errors } = await graphql({ schema, source, rootValue: { people }, variableValues });
  expect(errors).toBeUndefined();
  return [...fields].sort();
}

test("fields are found through aliases, fragments and inline fragments", async () => {
  const source = `{ people { edges { node { heading: name ...F } } edges { node { ... on Person { age } } } } }
    fragment F on Person { id friend { name } }`;
  expect(await selected(source, ["edges", "node"])).toEqual(["age", "friend", "id", "name"]);
});

test("what directives leave out is not selected", async () => {
  const source = `query ($no: Boolean!) { people { edges { node { id @skip(if: true) name @include(if: $no) age } } } }`;
  expect(await selected(source, ["edges", "node"], { no: false })).toEqual(["age"]);
});

test("the position's own fields are those of an empty path", async () => {
  expect(await selected("{ people { totalCount a: edges { cursor } } }", [])).toEqual([
    "edges",
    "totalCount",
  ]);
  expect(await selected("{ people { totalCount } }", ["edges", "node"])).toEqual([]);
});

test("columns come once, sorted, and unknown fields need none", () => {
  const columns = { name: ["name"], label: ["name", "age"], friend: [] } as const;
  expect(columnsOf(["label", "name", "friend", "__typename"], columns)).toEqual(["age", "name"]);
});

test("a path through a field that is no object is a mistake of ours", async () => {
  const person = schema.getType("Person") as GraphQLObjectType;
  const info = {
    schema,
    fragments: {},
    variableValues: {},
    fieldNodes: [],
  } as unknown as GraphQLResolveInfo;
  expect(() => selectedFields(info, person, ["name"])).toThrow("Person.name is not an object");
});
