import { describe, expect, test } from "@jest/globals";
import { parse } from "graphql";
import { type Compiled, createCompiler } from "./compile.ts";
import { compose } from "./compose.ts";
import { withoutTypenames } from "./known-types.ts";

const people = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@interfaceObject"])
  type Query { people: [Person!]! pets: [Pet!]! anything(json: JSON): [Pet!]! media: [Media!]! }
  scalar JSON
  type Person @key(fields: "id") { id: ID! friend: Person pet: Pet }
  interface Pet { name: String! owner: Person }
  type Cat implements Pet @key(fields: "id") { id: ID! name: String! owner: Person }
  type Dog implements Pet @key(fields: "id") { id: ID! name: String! owner: Person }
  type Media @key(fields: "id") @interfaceObject { id: ID! likes: Int! }
`;
const names = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { unused: Int }
  type Person @key(fields: "id") { id: ID! name: String! }
  type Cat @key(fields: "id") { id: ID! lives: Int! }
  interface Media @key(fields: "id") { id: ID! title: String! }
  type Book implements Media @key(fields: "id") { id: ID! title: String! }
`;

const sdl = await compose(
  Object.entries({ people, names }).map(([name, sdl]) => ({ name, sdl, url: "", place: name })),
);
const compiler = createCompiler(sdl, {
  introspection: false,
  listSize: 1,
  refuse: () => undefined,
});

/** What the subgraphs are asked. */
function documentsOf(document: string): readonly string[] {
  const source = { document, operationName: undefined, labels: [], denied: [] };
  const compiled: Compiled = compiler.compile(source);
  if (compiled.kind === "refused") throw new Error(compiled.errors[0]?.message);
  return compiled.program.fetches.map((fetch) => {
    parse(fetch.document);
    return fetch.document;
  });
}

describe("a subgraph", () => {
  test("is not asked for the type of objects that can be of one type only", () => {
    const [first] = documentsOf("{ people { name friend { name } } }");
    expect(first).toBe("{people{id friend{id}}}");
  });

  test("is asked for the type of objects that can be of several, and of what it takes for one", () => {
    expect(documentsOf("{ pets { name ... on Cat { lives } } }")[0]).toContain("__typename");
    expect(documentsOf("{ media { likes title } }")[0]).toContain("__typename");
  });

  test("is asked for it where the client asks for nothing else, or by another name", () => {
    expect(documentsOf("{ people { __typename } }")).toEqual(["{people{__typename}}"]);
    expect(documentsOf("{ people { type: __typename id } }")[0]).toMatch(/:__typename/);
  });

  test("may be given a literal that has the name in it", () => {
    const [first] = documentsOf(
      '{ anything(json: {__typename: "__typename"}) { owner { name } } }',
    );
    expect(first).toContain('__typename:"__typename"');
    expect(first).toMatch(/owner ?\{id\}/);
  });
});

test("what is left out of a text leaves names apart and texts as they are", () => {
  const text = '{a(t:"__typename",b:"""\\""" __typename""") __typename b{__typename c}__typename}';
  expect(withoutTypenames(text, [false, false, false])).toBe(
    '{a(t:"__typename",b:"""\\""" __typename""") b{c}}',
  );
  expect(withoutTypenames("{a __typename b x__typename}", [false])).toBe("{a b x__typename}");
  expect(withoutTypenames("{a __typename}", [])).toBeUndefined();
});
