import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { answerJson, createHttpDouble, type HttpDouble } from "../harness/http-double.ts";
import { createLibrary, loansSdl, type StartedGateway, startGateway } from "../harness/library.ts";
import { createTinySubgraph, type TinySubgraph } from "../harness/tiny-subgraph.ts";

/** Names that mean something to every object of JavaScript. */
const hostile = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])`;

let books: TinySubgraph;
let loans: TinySubgraph;
let echo: TinySubgraph;
let one: StartedGateway;
let prototypes: string;

/** All that a polluted prototype would show. */
function snapshot(): string {
  return JSON.stringify(
    [Object.prototype, Array.prototype, Function.prototype, String.prototype].map((prototype) =>
      Object.entries(Object.getOwnPropertyDescriptors(prototype)).map(([name, descriptor]) => [
        name,
        typeof descriptor.value,
        String(descriptor.value),
        descriptor.enumerable,
      ]),
    ),
  );
}

beforeAll(async () => {
  ({ books, loans } = await createLibrary());
  echo = await createTinySubgraph(
    "echo",
    `${link}
    type Query { say(text: String, more: [String]): String }
    type Book @key(fields: "id") { id: ID! echoed(text: String): String }`,
    {
      Query: { say: (_: unknown, { text }: { text?: string }) => text ?? "nothing" },
      Book: { echoed: (_: unknown, { text }: { text?: string }) => text ?? "nothing" },
    },
  );
  one = await startGateway([books, loans, echo]);
});

beforeEach(() => {
  prototypes = snapshot();
});

afterAll(async () => {
  await one.stop();
  await Promise.all([books.stop(), loans.stop(), echo.stop()]);
});

/** An object with own properties only, whatever they are called, in the order given. */
function own(entries: readonly (readonly [string, unknown])[]): string {
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`;
}

async function textOf(document: string, variables = "{}"): Promise<string> {
  const response = await fetch(`${one.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: `{"query":${JSON.stringify(document)},"variables":${variables}}`,
  });
  return response.text();
}

test("S1 an alias that JavaScript's objects know is a key like any other on leaf fields of two subgraphs", async () => {
  for (const alias of hostile) {
    const document = `{ book(id: 1) { ${alias}: title } other: book(id: 1) { ${alias}: dueInDays } ${alias}: loanCount }`;
    expect(await textOf(document)).toBe(
      `{"data":{"book":{"${alias}":"Book 1"},"other":{"${alias}":7},"${alias}":3}}`,
    );
  }
  expect(snapshot()).toBe(prototypes);
});

test("S1 such an alias leads on: an object under it is fetched for by another subgraph", async () => {
  for (const alias of hostile) {
    expect(await textOf(`{ ${alias}: book(id: 2) { title dueInDays } }`)).toBe(
      `{"data":{"${alias}":{"title":"Book 2","dueInDays":14}}}`,
    );
    expect(await textOf(`{ ${alias}: books { ${alias}: dueInDays } }`)).toBe(
      `{"data":{"${alias}":[${[7, 14, 21].map((days) => `{"${alias}":${days}}`).join()}]}}`,
    );
  }
  const all = hostile.map((alias, index) => `${alias}: book(id: ${(index % 3) + 1}) { title }`);
  expect(await textOf(`{ ${all.join(" ")} }`)).toBe(
    `{"data":${own(hostile.map((alias, index) => [alias, { title: `Book ${(index % 3) + 1}` }]))}}`,
  );
  expect(snapshot()).toBe(prototypes);
});

test("S1 an error below such an alias has it in its path", async () => {
  const answer = await one.client.send("{ __proto__: books { constructor: borrower } }");
  expect(answer.errors?.map(({ path }) => path)).toEqual([["__proto__", 1, "constructor"]]);
  expect(snapshot()).toBe(prototypes);
});

test("S2 C45 a variable of such a name, or of the planner's own, reaches both kinds of fetch", async () => {
  for (const name of [...hostile, "representations"]) {
    const document = `query ($${name}: String, $id: ID!) { say(text: $${name}) book(id: $id) { echoed(text: $${name}) } }`;
    expect(await textOf(document, `{"${name}":"heard","id":"1"}`)).toBe(
      '{"data":{"say":"heard","book":{"echoed":"heard"}}}',
    );
    expect(await textOf(document, '{"id":"1"}')).toBe(
      '{"data":{"say":"nothing","book":{"echoed":"nothing"}}}',
    );
  }
  expect(snapshot()).toBe(prototypes);
});

test("S2 one that the operation does not declare is passed over, whatever is in it", async () => {
  for (const name of hostile) {
    const variables = `{"${name}":{"polluted":true,"prototype":{"polluted":true}},"text":"heard"}`;
    expect(await textOf("query ($text: String) { say(text: $text) }", variables)).toBe(
      '{"data":{"say":"heard"}}',
    );
  }
  expect(snapshot()).toBe(prototypes);
});

test("S2 one that decides by @include and @skip does so", async () => {
  const document =
    "query ($__proto__: Boolean!, $constructor: Boolean!) { loanCount @include(if: $__proto__) say @skip(if: $constructor) }";
  expect(await textOf(document, '{"__proto__":true,"constructor":true}')).toBe(
    '{"data":{"loanCount":3}}',
  );
  expect(await textOf(document, '{"__proto__":false,"constructor":false}')).toBe(
    '{"data":{"say":"nothing"}}',
  );
  expect(snapshot()).toBe(prototypes);
});

test("S3 a subgraph's keys that reach prototypes are dropped, and its other entities are intact", async () => {
  const traps = `"__proto__":{"polluted":1,"dueInDays":9},"constructor":{"prototype":{"polluted":1}}`;
  const rogue: HttpDouble = await createHttpDouble(({ body }, response) => {
    const { query, variables } = JSON.parse(body);
    if (!query.includes("_entities")) return answerJson(response, { data: { loanCount: 3 } });
    const entities = variables.representations.map((_: unknown, index: number) =>
      index === 1 ? `{${traps}}` : `{${traps},"dueInDays":${index}}`,
    );
    response.writeHead(200, { "content-type": "application/json" });
    response.end(`{"data":{"_entities":[${entities.join()}],${traps}},${traps}}`);
  });
  const two = await startGateway([books, { name: "loans", sdl: loansSdl, url: rogue.url }]);
  expect(await two.client.data("{ books { title dueInDays } }")).toEqual({
    books: [0, null, 2].map((dueInDays, index) => ({ title: `Book ${index + 1}`, dueInDays })),
  });
  expect(snapshot()).toBe(prototypes);
  await two.stop();
  await rogue.stop();
});
