import { expect, test } from "@jest/globals";
import { buildSchema, parse } from "graphql";
import { featuresOf, stripFeatures } from "./strip-features.ts";

const sdl = `
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)
  @link(url: "https://specs.apollo.dev/policy/v0.1", as: "rule", for: SECURITY)
  @link(url: "https://example.com/ours/v1.0", import: ["@kept"])
{ query: Query }
directive @link(url: String, as: String, for: link__Purpose, import: [String]) repeatable on SCHEMA
directive @join__field(graph: String, contextArguments: [String]) repeatable on FIELD_DEFINITION
directive @authenticated on FIELD_DEFINITION
directive @rule(policies: [[rule__Policy]]) on FIELD_DEFINITION
directive @policy on FIELD_DEFINITION
directive @kept on FIELD_DEFINITION
scalar rule__Policy
enum link__Purpose { SECURITY EXECUTION }
type Query {
  a: Int @authenticated @rule(policies: [["x"]]) @kept
  b: Int @policy @join__field(graph: "A", contextArguments: ["c"])
}`;

test("features are read from links, by the names that they have here", () => {
  const features = featuresOf(parse(sdl)).map(({ as, name, purpose }) => [name, as, purpose]);
  expect(features).toEqual([
    ["link", "link", undefined],
    ["join", "join", "EXECUTION"],
    ["authenticated", "authenticated", "SECURITY"],
    ["policy", "rule", "SECURITY"],
    ["ours", "ours", undefined],
  ]);
});

test("what only routers know goes with its links, types and arguments; all else stays, a like-named directive too", () => {
  const stripped = stripFeatures(sdl);
  for (const gone of ["authenticated", "rule", 'contextArguments: ["c"]']) {
    expect(stripped).not.toContain(gone);
  }
  for (const kept of ["@kept", "@policy", "join/v0.5", '@join__field(graph: "A")', "ours/v1.0"]) {
    expect(stripped).toContain(kept);
  }
  expect(Object.keys(buildSchema(stripped).getQueryType()?.getFields() ?? {})).toEqual(["a", "b"]);
});

test("a supergraph without them is left as it is, to the letter", () => {
  const plain = 'schema @link(url: "https://specs.apollo.dev/join/v0.5") { query: Query }';
  expect(stripFeatures(plain)).toBe(plain);
});

test("S22 a directive that is imported under another name goes as well", () => {
  const renamed = sdl
    .replace(
      "authenticated/v0.1",
      'authenticated/v0.1", import: [{ name: "@authenticated", as: "@signedIn" }], as: "auth',
    )
    .replaceAll(" @authenticated", " @signedIn");
  const [, , feature] = featuresOf(parse(renamed));
  expect(feature?.imports).toEqual(new Map([["authenticated", "signedIn"]]));
  expect(stripFeatures(renamed)).not.toContain("signedIn");
});
