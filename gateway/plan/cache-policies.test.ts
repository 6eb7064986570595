import { beforeAll, expect, test } from "@jest/globals";
import { type CachePolicies, type FieldPolicy, stricter } from "./cache-policies.ts";
import { compose } from "./compose.ts";
import { loadSupergraph } from "./load-supergraph.ts";

const sdl = `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@composeDirective"])
    @link(url: "https://cache.test/cache/v1.0", import: ["@cacheControl"])
    @composeDirective(name: "@cacheControl")
  directive @cacheControl(maxAge: Int, scope: cache__CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION
  enum cache__CacheControlScope { PUBLIC PRIVATE }
  type Query {
    book: Book @cacheControl(maxAge: 60, scope: PUBLIC)
    shelf: Book @cacheControl(scope: PUBLIC, inheritMaxAge: true)
  }
  type Book @key(fields: "id") {
    id: ID! @cacheControl(scope: PUBLIC, inheritMaxAge: true)
    price: Int @cacheControl(maxAge: 5, scope: PUBLIC, inheritMaxAge: true)
    note: String @cacheControl(inheritMaxAge: true)
    account: String @authenticated @cacheControl(maxAge: 60, scope: PUBLIC)
    title: String
    none: String @cacheControl
  }`;

let policies: CachePolicies;

beforeAll(async () => {
  const supergraph = await compose([
    { name: "books", url: "http://localhost", place: "books", sdl },
  ]);
  policies = loadSupergraph(supergraph).policies as CachePolicies;
});

/** What holds for fields together, the first around the others. */
function together(...fields: readonly (readonly [string, string])[]): FieldPolicy | undefined {
  return fields.map(([type, field]) => policies.ofField(type, field)).reduce(stricter);
}

test("a field with inheritMaxAge lives as long as what is around it", () => {
  expect(together(["Query", "book"], ["Book", "id"])).toEqual({ scope: "PUBLIC", maxAge: 60 });
});

test("a field that inherits and says how long itself lives so long", () => {
  expect(together(["Query", "book"], ["Book", "price"])).toEqual({ scope: "PUBLIC", maxAge: 5 });
});

test("a field takes over the time alone: it is not public unless it says so", () => {
  expect(together(["Query", "book"], ["Book", "note"])).toEqual({ scope: "PRIVATE", maxAge: 60 });
});

test("where nothing around a field says how long, nothing is known", () => {
  expect(together(["Query", "shelf"], ["Book", "id"])).toEqual({
    scope: "PUBLIC",
    maxAge: undefined,
  });
});

test("without inheritMaxAge a field takes over nothing, and no time is none", () => {
  expect(together(["Query", "book"], ["Book", "title"])).toBeUndefined();
  expect(together(["Query", "book"], ["Book", "none"])).toEqual({ scope: "PRIVATE", maxAge: 0 });
});

test("what requires something of a viewer is not public", () => {
  expect(policies.ofField("Book", "account")).toEqual({ scope: "PRIVATE", maxAge: 60 });
});
