import { expect, test } from "@jest/globals";
import { buildSchema, type DocumentNode, parse, print } from "graphql";
import { nameFields, plannerNames } from "./name-fields.ts";

const schema = buildSchema(
  `
  directive @join__type(isInterfaceObject: Boolean) repeatable on OBJECT | INTERFACE
  directive @join__field(requires: String, provides: String) repeatable on FIELD_DEFINITION
  type Query { item: Item }
  interface Media @join__type(isInterfaceObject: true) { id: ID }
  type Item {
    id: ID
    name: String
    price(in: String): Int
    weight(unit: String): Int
    shipping: Int @join__field(requires: "weight size { width }")
    tax: Int @join__field(requires: "price(in: \\"EUR\\")")
    size: Size
  }
  type Size { width: Int }`,
  { assumeValid: true },
);
const names = plannerNames(schema);

/** The selections of the named document, on one line, and what each of its keys is called by the client. */
function named(document: string): readonly [string, Readonly<Record<string, string>>] {
  const result = nameFields(parse(document, { noLocation: true }), schema, names);
  return [line(result.document), Object.fromEntries(result.keys)];
}

const line = (document: DocumentNode): string => print(document).replace(/\s+/g, " ").trim();

test("names that the planner uses are found in the supergraph", () => {
  expect([...names.required].sort()).toEqual(["price", "size", "weight", "width"]);
  expect([...names.withArguments]).toEqual(["price"]);
  expect(names.interfaceObjects).toEqual(["Media"]);
});

test("what cannot be taken for another field keeps its key", () => {
  const document = "{ item { id name title: name shipping } }";
  expect(named(document)).toEqual([document, {}]);
});

test("an alias that is the name of a field gets a key of its own, the same for the same field", () => {
  expect(named("{ item { id: name } other: item { id: name } }")).toEqual([
    "{ item { _0_id: name } other: item { _0_id: name } }",
    { _0_id: "id" },
  ]);
});

test("so does a field that is required with arguments, and one with arguments that is required", () => {
  expect(named('{ item { price(in: "USD") weight(unit: "g") } }')).toEqual([
    '{ item { _0_price: price(in: "USD") _1_weight: weight(unit: "g") } }',
    { _0_price: "price", _1_weight: "weight" },
  ]);
  expect(named("{ item { weight } }")).toEqual(["{ item { weight } }", {}]);
});

test("nobody can choose a key that is given here", () => {
  const [document, keys] = named("{ item { _0_id: name _typename: name } }");
  expect(document).toBe("{ item { _0__0_id: name _1__typename: name } }");
  expect(keys).toEqual({ _0__0_id: "_0_id", _1__typename: "_typename" });
});

test("a selection set that may come out empty asks for the type, so that there is an object to write as empty", () => {
  expect(named("query ($a: Boolean!) { item { id @include(if: $a) } }")[0]).toBe(
    "query ($a: Boolean!) { item { _typename: __typename id @include(if: $a) } }",
  );
});

test("constants of @skip and @include are decided, as the planner does not look at them", () => {
  expect(
    named("{ item { id @skip(if: false) name @skip(if: true) ...F @include(if: false) } }")[0],
  ).toBe("{ item { id } }");
  expect(named("{ item { id @include(if: false) } }")[0]).toBe(
    "{ item { _typename: __typename } }",
  );
});
