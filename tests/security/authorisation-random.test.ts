import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  buildSchema,
  defaultFieldResolver,
  GraphQLError,
  type GraphQLNamedType,
  getNamedType,
  graphql,
  isObjectType,
} from "graphql";
import { type StartedGateway, startGateway } from "../harness/library.ts";
import { createTinySubgraph, type TinySubgraph } from "../harness/tiny-subgraph.ts";
import { createRandom } from "../oracle/random.ts";
import { randomOperation } from "../oracle/random-operation.ts";

const operations = 200;

/** `@denied` marks what needs a viewer; `here` stands for what the second subgraph adds to a type. */
const types = (here: Readonly<Record<"a" | "b", string>>, key: string): string => `
  type Query { node: Node  nodes: [Node!]  any: [Any!]  a: A  b: B!  c: C  size: Size  sizes: [Size]  must: Int! @denied }
  interface Node { id: ID!  name: String  next: Node  all: [Node!] }
  type A implements Node ${key} { id: ID!  name: String  next: Node @denied  all: [Node!]  more: B  size: Size ${here.a} }
  type B implements Node ${key} { id: ID!  name: String @denied  next: C  all: [Node!]  must: Int! @denied  more: A ${here.b} }
  type C implements Node @denied { id: ID!  name: String  next: A  all: [Node!]  more: Int }
  union Any = A | B | C
  scalar Size @denied
`;
const added = { a: "far: Int @denied  near: B", b: "far: Int  near: B @denied" };
const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", { name: "@authenticated", as: "@denied" }])`;

type Thing = Record<string, unknown>;
const a: Thing = { __typename: "A", id: "a", name: "one", size: 3, far: 7 };
const b: Thing = { __typename: "B", id: "b", name: "two", must: 4, far: 8 };
const c: Thing = { __typename: "C", id: "c", name: "three", more: 5 };
Object.assign(a, { next: b, all: [a, b, c], more: b, near: b });
Object.assign(b, { next: c, all: [c, b], more: a, near: b });
Object.assign(c, { next: a, all: [] });
const root: Thing = {
  node: c,
  nodes: [a, b, c],
  any: [c, b, a],
  a,
  b,
  c,
  size: 1,
  sizes: [1],
  must: 1,
};
const byId: Readonly<Record<string, Thing>> = { a, b };

/** The same graph in one schema, run by graphql-js: what is denied throws there. */
const monolith = buildSchema(
  `directive @denied on FIELD_DEFINITION | OBJECT | SCALAR ${types(added, "")}`,
);
const isDenied = ({
  astNode,
}: {
  readonly astNode?: GraphQLNamedType["astNode"] | object | null;
}) =>
  (astNode as { directives?: readonly { name: { value: string } }[] })?.directives?.some(
    ({ name }) => name.value === "denied",
  ) === true;
const protectedFields = new Set<string>();
for (const type of Object.values(monolith.getTypeMap()).filter(isObjectType)) {
  for (const field of Object.values(type.getFields())) {
    if (![type, field, getNamedType(field.type)].some(isDenied)) continue;
    protectedFields.add(`${type.name}.${field.name}`);
    field.resolve = () => {
      throw new GraphQLError("denied");
    };
  }
}

const touched: string[] = [];

/** Resolvers that tell which protected field was asked for. */
function watched(names: readonly string[]): Record<string, Record<string, unknown>> {
  const resolvers: Record<string, Record<string, unknown>> = {};
  for (const coordinate of names) {
    const [type = "", field = ""] = coordinate.split(".");
    resolvers[type] ??= {};
    resolvers[type][field] = (...all: Parameters<typeof defaultFieldResolver>) => {
      touched.push(coordinate);
      return type === "Query" ? root[field] : defaultFieldResolver(...all);
    };
  }
  return resolvers;
}

let subgraphs: readonly TinySubgraph[];
let gateway: StartedGateway;

beforeAll(async () => {
  const reference = { __resolveReference: ({ id }: { id: string }) => byId[id] };
  const isFar = (name: string): boolean => /\.(far|near)$/.test(name);
  const near = watched([...protectedFields].filter((name) => !isFar(name)));
  const far = watched([...protectedFields].filter(isFar));
  const open = Object.keys(root).filter((name) => !protectedFields.has(`Query.${name}`));
  subgraphs = [
    await createTinySubgraph("near", `${link} ${types({ a: "", b: "" }, '@key(fields: "id")')}`, {
      ...near,
      Query: {
        ...near["Query"],
        ...Object.fromEntries(open.map((name) => [name, () => root[name]])),
      },
      A: { ...near["A"], ...reference },
      B: { ...near["B"], ...reference },
    }),
    await createTinySubgraph(
      "far",
      `${link} type A @key(fields: "id") { id: ID! ${added.a} } type B @key(fields: "id") { id: ID! ${added.b} }`,
      { A: { ...far["A"], ...reference }, B: { ...far["B"], ...reference } },
    ),
  ];
  gateway = await startGateway(subgraphs, { PLANNER: "inline" });
});

afterAll(async () => {
  await gateway.stop();
  await Promise.all(subgraphs.map((subgraph) => subgraph.stop()));
});

const places = (errors: readonly { readonly path?: unknown }[] | undefined) =>
  (errors ?? []).map(({ path }) => JSON.stringify(path));

test(`S20 S24 of ${operations} random operations the anonymous get what graphql-js says, and no subgraph is asked for what is denied`, async () => {
  let answered = 0;
  let refused = 0;
  for (let seed = 1; seed <= operations; seed++) {
    const { document, operationName, variables } = randomOperation(
      monolith,
      ["a", "b"],
      createRandom(seed),
    );
    const expected = await graphql({
      schema: monolith,
      source: document,
      rootValue: root,
      variableValues: variables,
      ...(operationName !== undefined && { operationName }),
    });
    const response = await fetch(`${gateway.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: document, operationName, variables }),
    });
    const answer = (await response.json()) as typeof expected;
    const about = { seed, document, variables };
    const theirs = places(expected.errors);
    const ours = places(answer.errors);
    expect({ ...about, any: ours.length > 0 }).toEqual({ ...about, any: theirs.length > 0 });
    for (const { extensions } of answer.errors ?? []) {
      expect({ ...about, code: extensions?.["code"] }).toEqual({
        ...about,
        code: "UNAUTHENTICATED",
      });
    }
    if (response.status === 401) {
      refused += 1;
      const left = Object.values(expected.data ?? {}).filter(
        (value) => value !== null && value !== "Query",
      );
      expect({ ...about, left }).toEqual({ ...about, left: [] });
    } else {
      answered += 1;
      expect({ ...about, unknown: ours.filter((place) => !theirs.includes(place)) }).toEqual({
        ...about,
        unknown: [],
      });
      expect({ ...about, data: answer.data }).toEqual({
        ...about,
        data: JSON.parse(JSON.stringify(expected.data)),
      });
    }
    expect({ ...about, touched: [...new Set(touched)] }).toEqual({ ...about, touched: [] });
  }
  expect(Math.min(answered, refused)).toBeGreaterThan(operations / 20);
}, 120_000);
