import { beforeAll, expect, test } from "@jest/globals";
import { checkShapes } from "./check-plan.ts";
import { type Compiler, createCompiler } from "./compile.ts";
import { compose } from "./compose.ts";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])`;
const sources = [
  {
    name: "prices",
    sdl: `${link}
      type Query { item: Item }
      type Item @key(fields: "id") { id: ID! price(in: String): Int weight: Int }`,
  },
  {
    name: "offers",
    sdl: `${link}
      type Item @key(fields: "id") {
        id: ID!
        price(in: String): Int @external
        weight: Int @external
        inEuro: Int @requires(fields: "price(in: \\"EUR\\")")
        inDollar: Int @requires(fields: "price(in: \\"USD\\")")
        shipping: Int @requires(fields: "weight")
      }`,
  },
];

let compiler: Compiler;

beforeAll(async () => {
  const sdl = await compose(
    sources.map((one) => ({ ...one, url: "http://localhost", place: one.name })),
  );
  compiler = createCompiler(sdl, { introspection: true, refuse: () => undefined, listSize: 10 });
});

/** The code and the reason of a refusal, or what else came. */
function outcomeOf(document: string): string {
  const compiled = compiler.compile({ document, operationName: undefined, labels: [], denied: [] });
  if (compiled.kind === "program") return "program";
  return compiled.errors
    .map(({ extensions, message }) => `${extensions?.["code"]}: ${message}`)
    .join();
}

test("C47 two fields that require one field with different arguments have no right plan together", () => {
  expect(outcomeOf("{ item { inEuro inDollar } }")).toBe(
    "OPERATION_NOT_PLANNABLE: The planner finds no right plan for this operation: price is required with different arguments.",
  );
});

test("C47 each of them alone has one, beside the client's own use of that field too", () => {
  const documents = [
    "{ item { inEuro } }",
    '{ item { inDollar price(in: "CHF") } }',
    '{ item { inEuro price: weight other: price(in: "EUR") } }',
    "{ item { inEuro shipping weight } }",
    "query ($in: String) { item { inEuro price(in: $in) } }",
  ];
  expect(documents.map(outcomeOf)).toEqual(documents.map(() => "program"));
});

test("a field that no fetch gives is never written as null", () => {
  const type = { nonNull: false, items: [] };
  const field = {
    kind: "leaf",
    key: "lost",
    planned: undefined,
    when: [],
    unless: [],
    type,
    leaf: { kind: "Int" },
  } as const;
  const shape = (types: readonly string[], reads: readonly { layer: number; key: string }[]) =>
    [{ place: 0, cases: [{ types, fields: [{ ...field, reads }] }] }] as never;
  const places = [{ base: 1, joins: [], typename: [] }] as never;
  expect(() => checkShapes(shape(["Item"], []), places)).toThrow("no fetch gives Item.lost");
  expect(() => checkShapes(shape(["Item"], [{ layer: 0, key: "lost" }]), places)).not.toThrow();
  // Of an interface, a subgraph answers only the types that it knows.
  expect(() => checkShapes(shape(["Item", "Other"], []), places)).not.toThrow();
});
