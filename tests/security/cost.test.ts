import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { projectRoot } from "../../runtime/project-root.ts";
import { type StartedGateway, startGateway, startGatewayFrom } from "../harness/library.ts";
import { createTinySubgraph, type TinySubgraph } from "../harness/tiny-subgraph.ts";

const size = `@listSize(assumedSize: 20, slicingArguments: ["first", "last"], sizedFields: ["edges"], requireOneSlicingArgument: false)`;
const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@cost", "@listSize"])
type Query { shelves(first: Int, last: Int): Shelves ${size} }
type Shelves { edges: [Shelf!]! }
type Shelf { books(first: Int, last: Int): Books ${size} }
type Books { edges: [Book!]! }
type Book @key(fields: "id") { id: ID! title: String }
`;
const book = { id: "1", title: "One" };

let shop: TinySubgraph;
let gateway: StartedGateway;

beforeAll(async () => {
  shop = await createTinySubgraph("shop", sdl, {
    Query: { shelves: () => ({ edges: [{}, {}] }) },
    Shelf: { books: () => ({ edges: [book] }) },
    Book: { __resolveReference: () => book },
  });
  gateway = await startGateway([shop], { MAX_OPERATION_COST: "1000" });
});

afterAll(async () => {
  await gateway.stop();
  await shop.stop();
});

const nested =
  "query ($a: Int, $b: Int) { shelves(first: $a) { edges { books(first: $b) { edges { title } } } } }";

test.each([
  ["a literal", "{ shelves(first: 1000000) { edges { __typename } } }", {}, 1_000_001],
  ["a variable", nested, { a: 1_000_000, b: 1 }, 1 + 1_000_000 * 3],
  ["nested lists that are short by themselves", nested, { a: 31, b: 31 }, 1 + 31 * 33],
  ["a default of a variable", nested.replace("$a: Int", "$a: Int = 9000"), { b: 0 }, 18_001],
  ["last", "{ shelves(last: 2000) { edges { __typename } } }", {}, 2_001],
])(
  "S12 %s that makes an operation too expensive is refused before any fetch",
  async (_, document, variables, value) => {
    const before = shop.heard.length;
    const { data, errors, status } = await gateway.client.send(document, variables);
    expect({ data, status }).toEqual({ data: undefined, status: 400 });
    expect(errors).toEqual([
      {
        message: `The operation costs ${value}, as estimated by its schema; at most 1000 is allowed.`,
        extensions: { code: "COST_ESTIMATED_TOO_EXPENSIVE", limit: "cost", value, maximum: 1000 },
      },
    ]);
    expect(shop.heard).toHaveLength(before);
  },
);

test.each([
  ["a literal", "{ shelves(first: -3) { edges { __typename } } }", {}],
  ["a variable", nested, { a: -3 }],
])("S12 a negative length, by %s, is refused before any fetch", async (_, document, variables) => {
  const before = shop.heard.length;
  const { errors, status } = await gateway.client.send(document, variables);
  expect({ status, errors }).toMatchObject({
    status: 400,
    errors: [{ extensions: { code: "BAD_USER_INPUT", argument: "first" } }],
  });
  expect(shop.heard).toHaveLength(before);
});

test("S12 lists are as long as the schema assumes where their length is null or missing", async () => {
  const asking = { "x-graphql-cost": "1" };
  for (const variables of [{}, { a: null, b: null }]) {
    const { extensions } = await gateway.client.send(nested, variables, asking);
    expect(extensions).toMatchObject({ cost: { estimated: 1 + 20 * (1 + 1 + 20) } });
  }
});

test("whoever asks by x-graphql-cost is told what was estimated, and what the answer cost", async () => {
  const variables = { a: 5, b: 6 };
  const told = await gateway.client.send(nested, variables, { "x-graphql-cost": "1" });
  expect(told.extensions).toEqual({
    cost: { estimated: 1 + 5 * (1 + 1 + 6), actual: 1 + 2 * (1 + 1 + 1), maximum: 1000 },
  });
  const plain = await gateway.client.send(nested, variables);
  expect(plain).toEqual({ status: 200, data: told.data });
});

test("costs are in the metrics", async () => {
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toMatch(/gateway_operation_cost_estimated_count [1-9]/);
  expect(metrics).toMatch(/gateway_operation_cost_actual_count [1-9]/);
  expect(metrics).toMatch(/gateway_operations_too_expensive_total [1-9]/);
});

test.each(["measure", "off"])("OPERATION_COST=%s refuses nothing", async (mode) => {
  const env = { OPERATION_COST: mode, MAX_OPERATION_COST: "1" };
  const lenient = await startGateway([shop], env);
  try {
    expect(await lenient.client.data("{ shelves(first: 50) { edges { __typename } } }")).toEqual({
      shelves: { edges: [{ __typename: "Shelf" }, { __typename: "Shelf" }] },
    });
    expect(await lenient.client.codes("{ shelves(first: -1) { edges { __typename } } }")).toEqual(
      [],
    );
    const metrics = await (await fetch(`${lenient.url}/metrics`)).text();
    const counted = mode === "measure" ? 1 : 0;
    expect(metrics).toContain(`gateway_operations_too_expensive_total ${counted}`);
  } finally {
    await lenient.stop();
  }
});

test("S9 S12 the lists of our own graph are as long as their pages, and its cycles are refused", async () => {
  const ours = await readFile(join(projectRoot(), "graph", "supergraph.graphql"), "utf8");
  const nowhere = ours.replace(/:400[12]/g, ":1");
  const own = await startGatewayFrom({ "supergraph.graphql": nowhere });
  const asking = { "x-graphql-cost": "1" };
  try {
    const page = await own.client.send("{ todos { edges { node { id } } } }", {}, asking);
    expect(page.extensions).toMatchObject({ cost: { estimated: 1 + 20 * 2 } });
    const largest =
      "{ users(first: 100) { edges { node { todos(first: 100) { edges { node { id owner { name } } } } } } } }";
    const wide = await own.client.send(largest, {}, asking);
    expect(wide.extensions).toMatchObject({ cost: { estimated: 1 + 100 * (2 + 1 + 100 * 3) } });
    const path = "users edges node lists edges node todos edges node owner lists edges node";
    const cycle = path.split(" ").reduceRight((inner, field) => `${field} { ${inner} }`, "name");
    expect(await own.client.codes(`{ ${cycle} }`)).toEqual(["COST_ESTIMATED_TOO_EXPENSIVE"]);
  } finally {
    await own.stop();
  }
});
