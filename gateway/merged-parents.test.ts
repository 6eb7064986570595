import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type StartedGateway, startGateway } from "../tests/harness/library.ts";
import { createTinySubgraph, type TinySubgraph } from "../tests/harness/tiny-subgraph.ts";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires"])`;
interface Size {
  readonly w: number;
  readonly h: number;
}

/** Nested requirements: nothing but its place in the answer tells a book from another. */
const books = ["1", "2"].map((id) => ({ id, size: { w: Number(id), h: 1 } }));

let subgraphs: readonly TinySubgraph[];
let one: StartedGateway;

beforeAll(async () => {
  subgraphs = await Promise.all([
    createTinySubgraph(
      "a",
      `${link}
      type Query { shelf: Shelf @shareable }
      type Shelf { x: Int books: [Book] }
      type Size @shareable { w: Int h: Int }
      type Book @key(fields: "id") { id: ID! size: Size }`,
      { Query: { shelf: () => ({ x: 1, books }) } },
    ),
    createTinySubgraph(
      "b",
      `${link}
      type Query { shelf: Shelf @shareable }
      type Shelf { y: Int }`,
      { Query: { shelf: () => ({ y: 2 }) } },
    ),
    createTinySubgraph(
      "c",
      `${link}
      type Size @shareable { w: Int h: Int }
      type Book @key(fields: "id") { id: ID! size: Size @external c: Int @requires(fields: "size { w }") }`,
      {
        Book: {
          __resolveReference: (r: unknown) => r,
          c: ({ size }: { size: Size }) => size.w * 10,
        },
      },
    ),
    createTinySubgraph(
      "d",
      `${link}
      type Size @shareable { w: Int h: Int }
      type Book @key(fields: "id") { id: ID! size: Size @external c: Int @external d: Int @requires(fields: "size { h }") e: Int @requires(fields: "c") }`,
      {
        Book: {
          __resolveReference: (r: unknown) => r,
          d: ({ size }: { size: Size }) => size.h * 100,
          e: ({ c }: { c: number }) => c + 1,
        },
      },
    ),
  ]);
  one = await startGateway(subgraphs);
});
afterAll(async () => {
  await one.stop();
  await Promise.all(subgraphs.map((s) => s.stop()));
});

test("C47 entities below an object of two fetches keep what one fetch gave while the next one asks", async () => {
  const books = (...all: unknown[]) => ({ status: 200, data: { shelf: { y: 2, books: all } } });
  expect(await one.client.send("{ shelf { y books { id c d e } } }")).toEqual(
    books({ id: "1", c: 10, d: 100, e: 11 }, { id: "2", c: 20, d: 100, e: 21 }),
  );
  expect(await one.client.send("{ shelf { y books { c d } } }")).toEqual(
    books({ c: 10, d: 100 }, { c: 20, d: 100 }),
  );
});
