import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Client, codesOf, createClient } from "../harness/client.ts";
import { createIssuer, type Issuer } from "../harness/issuer.ts";
import { type StartedGateway, startGateway } from "../harness/library.ts";
import { createTinySubgraph, type TinySubgraph } from "../harness/tiny-subgraph.ts";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@interfaceObject", { name: "@authenticated", as: "@signedIn" }, "@requiresScopes", "@policy"])`;
const sdl = `${link}
type Query {
  open: String  things: [Thing!]  any: [Any]  book: Book  song: Thing  secret: Secret
  price: Money  state: State  member: String! @signedIn
  staff: String @requiresScopes(scopes: [["staff", "read"], ["root"]])
  vip: String @policy(policies: [["vip"], ["gold", "adult"]])
}
type Mutation { write: String! @signedIn  free: String }
interface Thing @key(fields: "id") { id: ID!  name: String  like: Thing }
type Book implements Thing @key(fields: "id") { id: ID!  name: String  like: Thing  note: String @signedIn  isbn: String! @signedIn }
type Film implements Thing @key(fields: "id") { id: ID!  name: String @signedIn  like: Film }
type Song implements Thing @key(fields: "id") { id: ID!  name: String  like: Thing @signedIn }
type Secret @signedIn { code: String }
union Any = Book | Film | Secret
scalar Money @signedIn
enum State @requiresScopes(scopes: [["state"]]) { ON OFF }
`;
const starsSdl = `${link}
type Thing @key(fields: "id") @interfaceObject { id: ID!  stars: Int @signedIn  votes: Int }
`;

const sequel = { __typename: "Film", id: "s", name: "Aliens" };
const film = { __typename: "Film", id: "f", name: "Alien", like: sequel };
const song = { __typename: "Song", id: "o", name: "One", like: film };
const book = { __typename: "Book", id: "b", name: "Emma", note: "mine", isbn: "1", like: film };
const secret = { __typename: "Secret", code: "42" };

let shop: TinySubgraph;
let stars: TinySubgraph;
let issuer: Issuer;
let folder: string;
let gateway: StartedGateway;
let anonymous: Client;
let reader: Client;

async function clientWith(claims: Readonly<Record<string, unknown>>): Promise<Client> {
  const authorization = await issuer.authorization("ada", "s1", claims);
  return createClient(`${gateway.url}/graphql`, authorization.replace("Bearer ", ""));
}

beforeAll(async () => {
  shop = await createTinySubgraph("shop", sdl, {
    Query: {
      open: () => "all day",
      things: () => [book, film],
      any: () => [book, film, secret],
      book: () => book,
      song: () => song,
      secret: () => secret,
      price: () => 5,
      state: () => "ON",
      member: () => "yes",
      staff: () => "yes",
      vip: () => "yes",
    },
    Mutation: { write: () => "written", free: () => "done" },
    Book: { __resolveReference: () => book },
    Film: { __resolveReference: () => film },
  });
  stars = await createTinySubgraph("stars", starsSdl, {
    Thing: {
      __resolveReference: ({ id }: { id: string }) => ({ id }),
      stars: () => 5,
      votes: () => 9,
    },
  });
  issuer = await createIssuer();
  folder = await mkdtemp(join(tmpdir(), "policies-"));
  const policies = join(folder, "policies.mjs");
  await writeFile(
    policies,
    `export const asked = [];
    export const policies = {
      names: ["vip", "gold", "adult"],
      async met(names, viewer, operation) {
        globalThis.policiesAsked?.push([names, viewer.id, operation]);
        if (viewer.role === "BROKEN") throw new Error("the policies' own fault");
        return names.filter((name) => viewer.role?.split(",").includes(name));
      },
    };`,
  );
  gateway = await startGateway([shop, stars], {
    ...issuer.env,
    GATEWAY_POLICIES: policies,
    PLANNER: "inline",
  });
  anonymous = gateway.client;
  reader = await clientWith({});
});

afterAll(async () => {
  await Promise.all([gateway, shop, stars, issuer].map((part) => part?.stop()));
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  for (const { heard } of [shop, stars]) heard.length = 0;
});

function documentsHeard(): string {
  return [shop, stars].flatMap(({ heard }) => heard.map(({ body }) => body)).join("\n");
}

/** Form, document, what the anonymous get, the paths that are denied, what no subgraph may be asked for. */
const forms: readonly (readonly [string, string, unknown, readonly string[], RegExp])[] = [
  [
    "on its own type",
    "{ book { name note } }",
    { book: { name: "Emma", note: null } },
    ["book.note"],
    /note/,
  ],
  [
    "by alias",
    "{ book { open: name name: note } }",
    { book: { open: "Emma", name: null } },
    ["book.name"],
    /note/,
  ],
  [
    "as all that is asked of an object",
    "{ book { note } open }",
    { book: { note: null }, open: "all day" },
    ["book.note"],
    /note/,
  ],
  [
    "in an inline fragment on the implementing type",
    "{ things { id ... on Film { name } } }",
    { things: [{ id: "b" }, { id: "f", name: null }] },
    ["things.1.name"],
    /\bname\b/,
  ],
  [
    "on the interface, where other types may be seen",
    "{ things { id name } }",
    {
      things: [
        { id: "b", name: "Emma" },
        { id: "f", name: null },
      ],
    },
    ["things.1.name"],
    /on Film[^}]*\bname\b/,
  ],
  [
    "on the interface inside a fragment on the implementing type",
    "{ things { ... on Film { ... on Thing { name } } } }",
    { things: [{}, { name: null }] },
    ["things.1.name"],
    /on Film[^}]*\bname\b/,
  ],
  [
    "in a union",
    "{ any { ... on Book { name note } ... on Secret { code } } }",
    { any: [{ name: "Emma", note: null }, {}, { code: null }] },
    ["any.0.note", "any.2.code"],
    /note|code/,
  ],
  [
    "through a named fragment",
    "fragment F on Book { name note } { book { ...F } }",
    { book: { name: "Emma", note: null } },
    ["book.note"],
    /note/,
  ],
  [
    "in a fragment within a fragment on an interface, twice",
    "fragment T on Thing { like { ...N } } fragment N on Thing { name } { things { ...T } book { ...T } }",
    {
      things: [{ like: { name: null } }, { like: { name: null } }],
      book: { like: { name: null } },
    },
    ["things.0.like.name", "things.1.like.name", "book.like.name"],
    /on Film[^}]*\bname\b/,
  ],
  [
    "on an interface whose field has a narrower type there",
    "{ song { like { id } } things { like { ... on Book { id note } ... on Film { id name } } } }",
    {
      song: { like: null },
      things: [{ like: { id: "f", name: null } }, { like: { id: "s", name: null } }],
    },
    ["song.like", "things.0.like.name", "things.1.like.name"],
    /note|\bname\b|on Song[^}]*like/,
  ],
  [
    "where it may not be null",
    "{ book { name isbn } open }",
    { book: null, open: "all day" },
    ["book.isbn"],
    /isbn/,
  ],
  [
    "by the type of its value",
    "{ secret { code } open }",
    { secret: null, open: "all day" },
    ["secret"],
    /secret|code/,
  ],
  ["by a scalar", "{ price open }", { price: null, open: "all day" }, ["price"], /price/],
  ["by an enum", "{ state open }", { state: null, open: "all day" }, ["state"], /state/],
  [
    "of an interface object of another subgraph",
    "{ things { id stars votes } }",
    {
      things: [
        { id: "b", stars: null, votes: 9 },
        { id: "f", stars: null, votes: 9 },
      ],
    },
    ["things.0.stars", "things.1.stars"],
    /stars/,
  ],
  ["by scopes", "{ staff open }", { staff: null, open: "all day" }, ["staff"], /staff/],
];

test.each(forms)(
  "S20 S22 the anonymous are denied a field that is protected %s, and nobody is asked for it",
  async (_, document, data, paths, unasked) => {
    const answer = await anonymous.send(document);
    expect(answer).toMatchObject({ status: 200, data });
    expect(codesOf(answer)).toEqual(paths.map((path) => `UNAUTHENTICATED ${path}`));
    expect(documentsHeard()).not.toMatch(unasked);
  },
);

test.each(forms)(
  "S20 who has signed in and has the scopes is shown a field that is protected %s",
  async (_, document) => {
    const client = await clientWith({ scope: "state read staff" });
    expect((await client.send(document)).errors).toBeUndefined();
  },
);

test("S20 a fragment that is not spread, and a field that is left out for good, cost nothing", async () => {
  const document = "fragment F on Book { note } { book { name note @include(if: false) } }";
  const allowed = "{ book { name note @skip(if: true) } }";
  expect((await anonymous.send(document)).errors?.[0]?.extensions.code).toBe(
    "GRAPHQL_VALIDATION_FAILED",
  );
  expect(await anonymous.data(allowed)).toEqual({ book: { name: "Emma" } });
});

test("S24 a field is denied only when it would be executed", async () => {
  const document =
    "query ($v: Boolean!) { book { name note @include(if: $v) ... @skip(if: $v) { id } } }";
  expect(await anonymous.data(document, { v: false })).toEqual({ book: { name: "Emma", id: "b" } });
  const answer = await anonymous.send(document, { v: true });
  expect(answer.data).toEqual({ book: { name: "Emma", note: null } });
  expect(codesOf(answer)).toEqual(["UNAUTHENTICATED book.note"]);
  expect(documentsHeard()).not.toContain("note");
});

test("S24 an operation is refused when nothing is left of it, which its variables decide", async () => {
  const document = "query ($v: Boolean!) { secret @include(if: $v) { code } }";
  expect(await anonymous.send(document, { v: false })).toEqual({ status: 200, data: {} });
  const refused = await anonymous.send(document, { v: true });
  expect(refused).toMatchObject({ status: 401, errors: [{ path: ["secret"] }] });
  expect(refused).not.toHaveProperty("data");
  expect(await reader.data(document, { v: true })).toEqual({ secret: { code: "42" } });
});

test("S20 an operation with a root field that is denied and may not be null is refused before anything runs", async () => {
  for (const document of ["mutation { free write }", "mutation { write }", "{ open member }"]) {
    const answer = await anonymous.send(document);
    expect(answer.status).toBe(401);
    expect(codesOf(answer)).toEqual([
      `UNAUTHENTICATED ${document.includes("write") ? "write" : "member"}`,
    ]);
  }
  expect(documentsHeard()).toBe("");
  expect(await reader.data("mutation { free write }")).toEqual({ free: "done", write: "written" });
});

test("S20 scopes are met by one of the lists, by all of its names, from the token's own claim", async () => {
  const outcomes = [
    [{}, "FORBIDDEN staff"],
    [{ scope: "staff" }, "FORBIDDEN staff"],
    [{ scope: "staff.read" }, "FORBIDDEN staff"],
    [{ scope: "read other staff" }, undefined],
    [{ scope: "root" }, undefined],
    [{ scp: ["root"] }, undefined],
    [{ scope: { root: true } }, "FORBIDDEN staff"],
  ] as const;
  for (const [claims, code] of outcomes) {
    const client = await clientWith(claims);
    expect([claims, codesOf(await client.send("{ open staff }"))[0]]).toEqual([claims, code]);
  }
});

test("S20 policies are asked once for a request, about all that it names, and fail closed", async () => {
  const asked: unknown[] = [];
  Object.assign(globalThis, { policiesAsked: asked });
  const document = "query Both { vip again: vip open }";
  const granted = { vip: "yes", again: "yes", open: "all day" };
  for (const role of ["vip", "gold,adult"]) {
    expect(await (await clientWith({ role })).data(document)).toEqual(granted);
  }
  for (const role of ["gold", "", "BROKEN"]) {
    const answer = await (await clientWith({ role })).send(document);
    expect(answer.data).toEqual({ vip: null, again: null, open: "all day" });
    expect(codesOf(answer)).toEqual(["FORBIDDEN vip", "FORBIDDEN again"]);
  }
  expect(codesOf(await anonymous.send(document))[0]).toBe("FORBIDDEN vip");
  await anonymous.data("{ open }");
  expect(asked).toHaveLength(6);
  expect(asked[0]).toEqual([["vip", "gold", "adult"], "ada", { type: "query", name: "Both" }]);
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toContain("gateway_policy_failures_total 1");
});

test("S20 clients who are denied different things never get each other's answers, however close together they ask", async () => {
  const document = "{ open staff secret { code } }";
  const staff = await clientWith({ scope: "root" });
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, index) => [anonymous, reader, staff][index % 3]?.send(document)),
  );
  for (const [index, answer] of answers.entries()) {
    expect(answer?.data).toEqual({
      open: "all day",
      staff: index % 3 === 2 ? "yes" : null,
      secret: index % 3 === 0 ? null : { code: "42" },
    });
  }
});
