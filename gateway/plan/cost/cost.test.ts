import { expect, test } from "@jest/globals";
import { checkDocument } from "../../limits/check-document.ts";
import { defaultLimits } from "../../limits/limits.ts";
import { createCompiler } from "../compile.ts";
import { compose } from "../compose.ts";
import type { OperationCost } from "./cost.ts";
import { countCost } from "./count-cost.ts";
import { createFinishCost } from "./finish-cost.ts";

const imports = `["@key", "@shareable", "@cost", { name: "@listSize", as: "@size" }]`;
const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ${imports})
type Query {
  pages(first: Int, last: Int): Pages @size(assumedSize: 20, slicingArguments: ["first", "last"], sizedFields: ["edges"], requireOneSlicingArgument: false)
  top(first: Int!): [Item!] @size(slicingArguments: ["first"])
  usual(first: Int = 7): [Item!] @size(slicingArguments: ["first"])
  plain: [Item!]
  named: [String!]
  costly: String @cost(weight: 30)
  colour: Colour
  search(by: Filter, word: String @cost(weight: 3)): Item
  thing: Thing
  many: [Thing!] @size(assumedSize: 5)
}
type Mutation { change(by: [Filter!]): Item }
enum Colour @cost(weight: 4) { RED BLUE }
input Filter { text: String @cost(weight: 2) and: [Filter!] }
type Pages { total: Int edges: [Edge!]! }
type Edge { cursor: String node: Item }
type Item @key(fields: "id") @cost(weight: 5) { id: ID! inner: [Item!] @size(assumedSize: 3) price: Int @cost(weight: 2) }
interface Thing { id: ID! }
type Cheap implements Thing { id: ID! part: Part }
type Dear implements Thing { id: ID! price: Int @cost(weight: 9) part: Part }
type Part { id: ID! }
`;

const compiler = createCompiler(
  await compose([{ name: "shop", url: "http://127.0.0.1:1", sdl, place: "shop" }]),
  {
    introspection: true,
    listSize: 10,
    refuse: (document) => checkDocument(document, defaultLimits()),
  },
);

function compile(document: string): OperationCost {
  const source = { document, operationName: undefined, labels: [], denied: [] };
  const compiled = compiler.compile(source);
  if (compiled.kind === "refused") throw new Error(JSON.stringify(compiled.errors));
  // As it comes from the planner's process.
  return JSON.parse(JSON.stringify(compiled.program.cost)) as OperationCost;
}

function costOf(
  document: string,
  values: Readonly<Record<string, unknown>> = {},
  switches: readonly boolean[] = [],
): number {
  return createFinishCost(compile(document))({ values, switches });
}

test.each([
  ["an object", "{ search { id } }", 5],
  ["a scalar", "{ named }", 0],
  ["a scalar with a weight of its own", "{ costly }", 30],
  ["an enum with a weight", "{ colour }", 4],
  ["a list whose length nobody declares", "{ plain { id } }", 10 * 5],
  ["a list of an assumed length in one", "{ plain { inner { id } } }", 10 * (5 + 3 * 5)],
  ["a field of an item", "{ plain { price } }", 10 * (5 + 2)],
  ["the same field twice", "{ plain { price } plain { price } }", 10 * (5 + 2)],
  ["the same field under two names", "{ a: plain { price } b: plain { price } }", 20 * (5 + 2)],
  ["introspection", "{ __schema { types { name } } __typename }", 0],
  ["a mutation", "mutation { change { id } }", 10 + 5],
  ["an argument", `{ search(word: "x") { id } }`, 3 + 5],
  ["an argument that is null", "{ search(word: null) { id } }", 5],
  [
    "input objects in each other",
    `{ search(by: { text: "x", and: [{ text: "y" }, {}] }) { id } }`,
    3 + 3 + 1 + 5,
  ],
])("S12 the cost of %s", (_, document, cost) => {
  expect(costOf(document)).toBe(cost);
});

test.each([
  ["{ pages(first: 50) { total } }", 1],
  ["{ pages(first: 50) { edges { node { id } } } }", 1 + 50 * 6],
  ["{ pages { edges { node { id } } } }", 1 + 20 * 6],
  ["{ pages(first: null) { edges { node { id } } } }", 1 + 20 * 6],
  ["{ pages(first: 2, last: 4) { edges { node { id } } } }", 1 + 4 * 6],
  ["{ pages(first: 2) { a: edges { cursor } b: edges { cursor } } }", 1 + 2 + 2],
  ["{ usual { id } }", 7 * 5],
  ["{ usual(first: 0) { id } }", 0],
  ["{ top(first: 1000000) { id } }", 5_000_000],
])("S12 arguments say how long a list is: %s", (document, cost) => {
  expect(costOf(document)).toBe(cost);
});

test("S12 variables say how long a list is, as literals do", () => {
  const document = "query ($n: Int) { pages(first: $n) { edges { node { id inner { id } } } } }";
  expect(costOf(document, { n: 1_000_000 })).toBe(1 + 1_000_000 * (1 + 5 + 15));
  expect(costOf(document, { n: null })).toBe(1 + 20 * 21);
  expect(costOf(document, {})).toBe(1 + 20 * 21);
  expect(costOf("query ($n: Int) { usual(first: $n) { id } }", {})).toBe(7 * 5);
});

test("S12 a list of a negative length is refused, by literal and by variable", () => {
  expect(() => costOf("{ pages(first: -1) { edges { cursor } } }")).toThrow("no negative length");
  const document = "query ($n: Int!) { top(first: $n) { id } }";
  expect(() => costOf(document, { n: -5 })).toThrow("`first` of Query.top is -5");
});

test("S12 a field that needs one argument to say how long its list is refuses to go without", () => {
  expect(() => costOf("{ usual(first: null) { id } }")).toThrow("needs exactly one");
});

test("S12 the most expensive type counts where several are possible", () => {
  const price = "... on Dear { price }";
  expect(costOf(`{ thing { id ${price} } }`)).toBe(1 + 9);
  expect(costOf("{ thing { ... on Cheap { part { id } } ... on Dear { part { id } } } }")).toBe(2);
  expect(costOf(`{ many { ${price} ... on Cheap { part { id } } } }`)).toBe(5 * (1 + 9));
});

test("S12 what @skip and @include leave out costs nothing, and its arguments say nothing", () => {
  const document =
    "query ($on: Boolean!, $n: Int!) { costly @include(if: $on) top(first: $n) @include(if: $on) { id } }";
  expect(costOf(document, { n: 2, on: true }, [true])).toBe(30 + 10);
  expect(costOf(document, { n: -2, on: false }, [false])).toBe(0);
  expect(costOf("{ costly @skip(if: true) colour }")).toBe(4);
});

test("S12 a field that the switches put at one of two places counts once", () => {
  const document =
    "query ($a: Boolean!, $b: Boolean!) { costly @include(if: $a) colour costly @include(if: $b) }";
  expect(costOf(document, {}, [true, true])).toBe(34);
  expect(costOf(document, {}, [false, true])).toBe(34);
  expect(costOf(document, {}, [false, false])).toBe(4);
});

test("S12 input objects that a variable brings count with all that is in them", () => {
  const document = "query ($by: Filter) { search(by: $by) { id } }";
  expect(costOf(document, {})).toBe(5);
  expect(costOf(document, { by: { text: "x", and: [{ text: "y" }, { and: [{}] }] } })).toBe(
    5 + 3 + 3 + 1 + 1,
  );
  const list = "mutation ($by: [Filter!]) { change(by: $by) { id } }";
  expect(costOf(list, { by: Array.from({ length: 500 }, () => ({ text: "x" })) })).toBe(
    10 + 5 + 500 * 3,
  );
});

test("S12 nested lists multiply, however deep, without growing the operation", () => {
  const nested = (depth: number): string =>
    depth === 0 ? "id" : `inner { ... on Item { ${nested(depth - 1)} } ...F } `;
  const document = `{ plain { ${nested(12)} } } fragment F on Item { id }`;
  const cost = compile(document);
  expect(createFinishCost(cost)({ values: {}, switches: [] })).toBeGreaterThan(10 * 3 ** 12);
  expect(JSON.stringify(cost).length).toBeLessThan(2_000);
});

test("what an answer cost is counted by what is in it", () => {
  const cost = compile(
    "{ pages { total edges { node { price inner { id } } } } many { ... on Dear { price } } costly }",
  );
  const data = {
    pages: { total: 9, edges: [{ node: { price: 1, inner: [{ id: "1" }] } }, { node: null }] },
    many: [{ price: 3 }, {}],
    costly: null,
  };
  expect(countCost(cost, data)).toBe(1 + (1 + 5 + 2 + 5) + 1 + (1 + 9) + 1);
});
