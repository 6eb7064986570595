import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { compose } from "../../gateway/plan/compose.ts";
import { codesOf, createClient } from "../harness/client.ts";
import { createIssuer, type Issuer } from "../harness/issuer.ts";
import { eventually, startGateway, startGatewayFrom } from "../harness/library.ts";
import { createTinySubgraph, type TinySubgraph } from "../harness/tiny-subgraph.ts";

const link = (...imports: readonly string[]): string =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", ${imports.join()}])`;
const authenticated = '"@authenticated"';

/** `c` requires `b`, which requires `a`, which is protected in the other subgraph. */
const chain = {
  owner: `${link(authenticated)}
    type Query { item: Item  open: String }
    type Item @key(fields: "id") { id: ID!  a: String @authenticated  name: String }`,
  middle: `${link(authenticated)}
    type Item @key(fields: "id") { id: ID!  a: String @external  b: String @requires(fields: "a") @authenticated }`,
  last: `${link(authenticated)}
    type Item @key(fields: "id") { id: ID!  b: String @external  c: String @requires(fields: "b") @authenticated }`,
};
const names = ["owner", "middle", "last"] as const;

let subgraphs: readonly TinySubgraph[];
let issuer: Issuer;

beforeAll(async () => {
  issuer = await createIssuer();
  const reference = { __resolveReference: (given: object) => given };
  subgraphs = await Promise.all(
    names.map((name) =>
      createTinySubgraph(name, chain[name], {
        ...(name === "owner" && { Query: { item: () => ({ id: "1" }), open: () => "yes" } }),
        Item: {
          ...reference,
          ...(name === "owner" && { a: () => "a", name: () => "One" }),
          ...(name === "middle" && { b: ({ a }: { a: string }) => `${a}b` }),
          ...(name === "last" && { c: ({ b }: { b: string }) => `${b}c` }),
        },
      }),
    ),
  );
});

afterAll(() => Promise.all([...subgraphs, issuer].map(({ stop }) => stop())));

function sources(sdls: Readonly<Record<string, string>> = chain) {
  return subgraphs.map(({ name, url }) => ({ name, url, sdl: sdls[name] ?? "", place: name }));
}

test("S21 a field that is made of a protected one and is not protected itself does not compose", async () => {
  for (const open of ["middle", "last"] as const) {
    const sdls = { ...chain, [open]: chain[open].replace(") @authenticated", ")") };
    await expect(compose(sources(sdls))).rejects.toThrow(
      /does not specify necessary @authenticated/,
    );
  }
});

test("S21 it is denied at the end of every chain, where a composition has let it pass", async () => {
  const composed = await compose(sources());
  const lenient = composed.replace(/^(\s+[bc]: String .*) @authenticated$/gm, "$1");
  expect(lenient.match(/@authenticated$/gm)).toHaveLength(1);
  const gateway = await startGatewayFrom(
    { "supergraph.graphql": lenient },
    { ...issuer.env, PLANNER: "inline" },
  );
  for (const { heard } of subgraphs) heard.length = 0;
  const answer = await gateway.client.send("{ item { name c } open }");
  expect(answer.data).toEqual({ item: { name: "One", c: null }, open: "yes" });
  expect(codesOf(answer)).toEqual(["UNAUTHENTICATED item.c"]);
  expect(codesOf(await gateway.client.send("{ item { b name } }"))).toEqual([
    "UNAUTHENTICATED item.b",
  ]);
  for (const { heard, name } of subgraphs) {
    for (const { body } of heard)
      expect([name, body]).toEqual(["owner", expect.not.stringMatching(/\ba\b/)]);
  }
  const token = (await issuer.authorization("ada")).replace("Bearer ", "");
  const signedIn = createClient(`${gateway.url}/graphql`, token);
  expect(await signedIn.data("{ item { c } }")).toEqual({ item: { c: "abc" } });
  await gateway.stop();
});

test("S20 S22 what an older composition lets stand on an interface holds for all its types, whatever it is called", async () => {
  const shop = await createTinySubgraph(
    "shop",
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated"])
    type Query { any: Thing }
    interface Thing { name: String  size: Int }
    type Book implements Thing { name: String  size: Int  secret: Int @authenticated }`,
    { Query: { any: () => ({ __typename: "Book", name: "Emma", size: 3 }) } },
  );
  const composed = await compose([{ ...shop, place: "shop" }]);
  const older = composed
    .replace(/(interface Thing[^}]*name: String)/, "$1 @keeper")
    .replace('authenticated/v0.1", for', 'authenticated/v0.1", as: "keeper", for')
    .replaceAll("@authenticated", "@keeper");
  const gateway = await startGatewayFrom({ "a.graphql": older }, { PLANNER: "inline" });
  for (const selection of ["name", "... on Book { name }", "... on Book { secret }"]) {
    const { data, errors } = await gateway.client.send(`{ any { size ${selection} } }`);
    expect([selection, data.any.size, Object.values(data.any)[1]]).toEqual([selection, 3, null]);
    expect(errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
  }
  await gateway.stop();
  await shop.stop();
});

test("S22 S23 a directive of that name that is not Apollo's is refused when composing, and when loading", async () => {
  const owner = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    directive @authenticated on FIELD_DEFINITION
    type Query { item: Item }
    type Item @key(fields: "id") { id: ID!  a: String @authenticated }`;
  const [first] = sources({ owner });
  if (first === undefined) throw new Error("no subgraph");
  await expect(compose([first])).rejects.toThrow(
    "subgraph owner: @authenticated is not Apollo's, and would be lost. What to do: import it",
  );
  const kept = await compose([
    {
      ...first,
      sdl: owner.replace(
        '["@key"])',
        '["@key", "@composeDirective"]) @link(url: "https://example.com/authenticated/v1.0", import: ["@authenticated"]) @composeDirective(name: "@authenticated")',
      ),
    },
  ]).catch((error: Error) => error.message);
  expect(kept).toContain("is not Apollo's");
});

test("S23 a supergraph that has lost what its subgraphs require is not served, whether composed before or now", async () => {
  const composed = await compose(sources());
  const lost = composed
    .replace(/^ {2}@link\(url: "https:\/\/specs\.apollo\.dev\/authenticated.*\n/m, "")
    .replace(/^directive @authenticated.*\n/m, "");
  const unlinked = startGatewayFrom({ "supergraph.graphql": lost }, { PLANNER: "inline" });
  await expect(unlinked).rejects.toThrow(
    "The supergraph uses a @authenticated that is not https://specs.apollo.dev/authenticated",
  );
  const yaml = `federation_version: =2.14.4\nsubgraphs:\n${subgraphs
    .map(
      ({ name, url }) =>
        `  ${name}:\n    routing_url: ${url}\n    schema: { file: ./${name}.graphql }\n`,
    )
    .join("")}`;
  const files = Object.fromEntries(sources().map(({ name, sdl }) => [`${name}.graphql`, sdl]));
  const folder = await mkdtemp(join(tmpdir(), "lost-"));
  await mkdir(join(folder, "graph"));
  const start = (before: string) =>
    startGatewayFrom(
      { "supergraph.yaml": yaml, ...files, "graph/supergraph.graphql": before },
      { PLANNER: "inline", DATA_DIR: folder },
    );
  await expect(start(lost)).rejects.toThrow(
    "subgraph owner: @authenticated is not in the supergraph. What to do: compose it anew",
  );
  const gateway = await start(composed);
  expect(codesOf(await gateway.client.send("{ item { name a } }"))).toEqual([
    "UNAUTHENTICATED item.a",
  ]);
  await gateway.stop();
  await rm(folder, { recursive: true });
});

test("S23 while it runs, a gateway keeps the supergraph it has when the next one has lost them", async () => {
  const composed = await compose(sources());
  const gateway = await startGatewayFrom({ "supergraph.graphql": composed }, { PLANNER: "inline" });
  const protectedField = "{ item { name a } }";
  expect(codesOf(await gateway.client.send(protectedField))).toEqual(["UNAUTHENTICATED item.a"]);
  const lost = composed.replace(
    /^ {2}@link\(url: "https:\/\/specs\.apollo\.dev\/authenticated.*\n/m,
    "",
  );
  await writeFile(join(gateway.folder, "supergraph.graphql"), lost);
  await eventually(async () => {
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/gateway_supergraph_loads_total\{outcome="failed"\} [1-9]/);
  });
  expect(codesOf(await gateway.client.send(protectedField))).toEqual(["UNAUTHENTICATED item.a"]);
  await gateway.stop();
});

test("S23 a supergraph that names a policy nobody can decide, or a feature nobody enforces, is not served", async () => {
  const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@policy"])
    type Query { a: String @policy(policies: [["admin", "of-nobody"]]) }`;
  const subgraph = { name: "owner", url: "http://127.0.0.1:1", sdl };
  await expect(startGateway([subgraph], { PLANNER: "inline" })).rejects.toThrow(
    "The supergraph names policies that this gateway does not have: of-nobody. GATEWAY_POLICIES says where they are.",
  );
  const secured = (await compose(sources())).replace(
    /^ {2}@link\(url: "https:\/\/specs\.apollo\.dev\/authenticated\/v0\.1"/m,
    '  @link(url: "https://example.com/vault/v1.0", for: SECURITY)\n$&',
  );
  await expect(startGatewayFrom({ "a.graphql": secured }, { PLANNER: "inline" })).rejects.toThrow(
    /^The supergraph cannot be loaded: [\s\S]*vault/,
  );
});
