import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { answerJson, createHttpDouble, type HttpDouble } from "../harness/http-double.ts";
import { type StartedGateway, startGateway } from "../harness/library.ts";
import { createTinySubgraph, type TinySubgraph } from "../harness/tiny-subgraph.ts";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])`;
const shelfSdl = `${link}
  type Query { strict: [Book!] loose: [Book] nested: Shelf }
  type Shelf { books: [Book!]! }
  type Book @key(fields: "id") { id: ID! }`;
const detailsSdl = `${link}
  type Book @key(fields: "id") { id: ID! title: String! blurb: String }`;

interface Representation {
  readonly __typename: string;
  readonly id: string;
}

/** 500 positions, in mixed order, of three books. */
const positions = Array.from({ length: 500 }, (_, index) => ({ id: String((index * 7) % 3) }));

let shelf: TinySubgraph;
let details: HttpDouble;
let one: StartedGateway;
let sent: (readonly Representation[])[];
let answer: (representations: readonly Representation[]) => unknown;

beforeAll(async () => {
  shelf = await createTinySubgraph("shelf", shelfSdl, {
    Query: {
      strict: () => positions,
      loose: () => positions,
      nested: () => ({ books: positions }),
    },
  });
  details = await createHttpDouble(({ body }, response) => {
    const { representations } = JSON.parse(body).variables;
    sent.push(representations);
    return answerJson(response, answer(representations));
  });
  one = await startGateway([shelf, { name: "details", sdl: detailsSdl, url: details.url }]);
});

beforeEach(() => {
  sent = [];
  answer = (representations) => ({ data: { _entities: representations.map(entityOf) } });
});

afterAll(async () => {
  await one.stop();
  await Promise.all([shelf.stop(), details.stop()]);
});

const entityOf = ({ id }: Representation) => ({
  __typename: "Book",
  title: `Book ${id}`,
  blurb: `About ${id}`,
});

describe("C39 one entity at many positions", () => {
  test("is sent once; its data and its error reach all of them, and no other", async () => {
    answer = (representations) => ({
      data: {
        _entities: representations.map((book) =>
          book.id === "1" ? { ...entityOf(book), blurb: null } : entityOf(book),
        ),
      },
      errors: [
        {
          message: "no blurb",
          path: ["_entities", representations.findIndex(({ id }) => id === "1"), "blurb"],
          extensions: { code: "NOT_FOUND" },
        },
      ],
    });
    const { data, errors } = await one.client.send("{ loose { id title blurb } }");
    expect(sent).toHaveLength(1);
    expect(sent[0]?.map(({ id }) => id).sort()).toEqual(["0", "1", "2"]);
    expect(data.loose).toEqual(
      positions.map(({ id }) => ({
        id,
        title: `Book ${id}`,
        blurb: id === "1" ? null : `About ${id}`,
      })),
    );
    const failing = positions.flatMap(({ id }, index) => (id === "1" ? [index] : []));
    expect(errors?.map(({ path }) => path)).toEqual(
      failing.map((index) => ["loose", index, "blurb"]),
    );
    for (const { extensions } of errors ?? []) {
      expect(extensions).toEqual({ code: "NOT_FOUND", service: "details" });
    }
  });

  test("is written from one object that no position changes: a second answer is the same", async () => {
    const document = "{ a: loose { id title } b: loose { blurb title } }";
    const first = await one.client.data(document);
    expect(await one.client.data(document)).toEqual(first);
    expect(first.a[3]).toEqual({ id: "0", title: "Book 0" });
    expect(first.b[3]).toEqual({ blurb: "About 0", title: "Book 0" });
  });
});

describe("C43 an entity that its subgraph does not know", () => {
  beforeEach(() => {
    answer = (representations) => ({
      data: {
        _entities: representations.map((book) => (book.id === "1" ? null : entityOf(book))),
      },
    });
  });

  test("costs its nearest nullable parent, and an error names the cause at the first field", async () => {
    const { data, errors } = await one.client.send("{ loose { title } }");
    expect(data.loose).toEqual(
      positions.map(({ id }) => (id === "1" ? null : { title: `Book ${id}` })),
    );
    const at = positions.findIndex(({ id }) => id === "1");
    expect(errors?.[0]?.path).toEqual(["loose", at, "title"]);
    expect(errors?.[0]?.extensions.code).toBe("SUBGRAPH_INVALID_RESPONSE");
    // A reason for each of 166 nulls would be no help.
    expect(errors).toHaveLength(100);
  });

  test("costs a list of non-null items, and with a non-null list what holds it, each with one error", async () => {
    const at = positions.findIndex(({ id }) => id === "1");
    const strict = await one.client.send("{ strict { title } }");
    expect(strict.data).toEqual({ strict: null });
    expect(strict.errors?.map(({ path }) => path)).toEqual([["strict", at, "title"]]);
    const nested = await one.client.send("{ nested { books { title } } }");
    expect(nested.data).toEqual({ nested: null });
    expect(nested.errors?.map(({ path }) => path)).toEqual([["nested", "books", at, "title"]]);
  });

  test("costs nothing where a field may be null", async () => {
    const { data, errors } = await one.client.send("{ strict { blurb } }");
    expect(errors).toBeUndefined();
    expect(data.strict[0]).toEqual({ blurb: "About 0" });
    expect(data.strict.filter(({ blurb }: { blurb: unknown }) => blurb === null)).toHaveLength(167);
  });
});

describe("C44 a subgraph whose entities are wrong costs its fields, with an error, and not one for each", () => {
  const names = "{ loose { id blurb } }";

  test.each<[string, (representations: readonly Representation[]) => unknown]>([
    ["fewer", (all) => ({ data: { _entities: all.slice(1).map(entityOf) } })],
    ["more", (all) => ({ data: { _entities: [...all, ...all].map(entityOf) } })],
    [
      "of another type",
      (all) => ({ data: { _entities: all.map(() => ({ __typename: "Shelf" })) } }),
    ],
    ["not there", () => ({ data: {} })],
    ["texts", (all) => ({ data: { _entities: all.map(({ id }) => id) } })],
  ])("when they are %s", async (_, lie) => {
    answer = lie;
    const { data, errors = [] } = await one.client.send(names);
    expect(data.loose).toEqual(positions.map(({ id }) => ({ id, blurb: null })));
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.length).toBeLessThanOrEqual(500);
    for (const { extensions } of errors) {
      expect(extensions).toEqual({ code: "SUBGRAPH_INVALID_RESPONSE", service: "details" });
    }
  });

  test.each<[string, unknown]>([
    ["out of range", ["_entities", 7, "blurb"]],
    ["negative", ["_entities", -1]],
    ["no list", "blurb"],
    ["made of numbers", [0, 0, 0]],
    ["empty", []],
  ])(
    "when the path of an error is %s, the data stays and the error is told once",
    async (_, path) => {
      answer = (all) => ({
        data: { _entities: all.map(entityOf) },
        errors: [{ message: "lost", path, locations: -1, extensions: { code: "NOT_FOUND" } }],
      });
      const { data, errors } = await one.client.send(names);
      expect(data.loose[0]).toEqual({ id: "0", blurb: "About 0" });
      expect(errors).toHaveLength(1);
    },
  );
});
