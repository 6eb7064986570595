import { expect, test } from "@jest/globals";
import { booksSdl, loansSdl } from "../../tests/harness/library.ts";
import { compose, isComposedFrom, type SubgraphSource } from "./compose.ts";

function sources(books: string, loans: string): readonly SubgraphSource[] {
  return [
    { name: "books", url: "http://books/", sdl: books, place: "books/schema.graphql" },
    { name: "loans", url: "http://loans/", sdl: loans, place: "loans/schema.graphql" },
  ];
}

test("the SDL says what it was composed from", async () => {
  const from = sources(booksSdl, loansSdl);
  const sdl = await compose(from);
  expect(sdl).toContain('@join__graph(name: "books", url: "http://books/")');
  expect(isComposedFrom(sdl, from)).toBe(true);
  expect(isComposedFrom(sdl, sources(booksSdl, `${loansSdl} `))).toBe(false);
});

const wrong: readonly (readonly [string, readonly SubgraphSource[], RegExp])[] = [
  [
    "syntax",
    sources(booksSdl, `${loansSdl}type {`),
    /^subgraph loans, loans\/schema\.graphql:4: Syntax Error.* What to do: correct the syntax there\.$/,
  ],
  [
    "a type that differs",
    sources(
      booksSdl,
      loansSdl.replace("borrower: String", "borrower: String title: Int @shareable"),
    ),
    /subgraph books, books\/schema\.graphql:4 and subgraph loans, loans\/schema\.graphql:3: FIELD_TYPE_MISMATCH: .*What to do: give the field the same type/,
  ],
  [
    "a field of two owners",
    sources(booksSdl, loansSdl.replace("borrower: String", "borrower: String title: String!")),
    /subgraph books, books\/schema\.graphql:4 and subgraph loans, loans\/schema\.graphql:3: INVALID_FIELD_SHARING: .*What to do: mark the field @shareable/,
  ],
  [
    "a key that does not exist",
    sources(booksSdl, loansSdl.replace('fields: "id"', 'fields: "isbn"')),
    /subgraph loans, loans\/schema\.graphql:3: KEY_INVALID_FIELDS: .*What to do: name fields in @key/,
  ],
  [
    "a field that cannot be reached",
    sources(booksSdl, loansSdl.replace('@key(fields: "id") { id: ID!', "{ id: ID! @shareable")),
    /SATISFIABILITY_ERROR: [\s\S]*What to do: give the type a @key/,
  ],
];

for (const [what, from, message] of wrong) {
  test(`an error in composition, ${what}, names subgraph, file, line and what to do`, async () => {
    await expect(compose(from)).rejects.toThrow(message);
  });
}
