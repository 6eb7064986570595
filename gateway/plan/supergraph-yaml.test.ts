import { expect, test } from "@jest/globals";
import { parseSupergraphYaml } from "./supergraph-yaml.ts";

const read = (text: string, env = {}): ReturnType<typeof parseSupergraphYaml> =>
  parseSupergraphYaml(text, "/graphs/supergraph.yaml", env);

const users = `
federation_version: =2.14.4
subgraphs:
  users:
    routing_url: \${env.USERS_URL:-http://127.0.0.1:4001/graphql}
    schema: { file: ./users.graphql }
`;

test("a URL takes its value from the environment, and its default goes into the SDL", () => {
  expect(read(users, { USERS_URL: "https://users.example/graphql" })).toEqual([
    {
      name: "users",
      url: "https://users.example/graphql",
      defaultUrl: "http://127.0.0.1:4001/graphql",
      schema: { kind: "file", path: "/graphs/users.graphql" },
    },
  ]);
  expect(read(users)[0]?.url).toBe("http://127.0.0.1:4001/graphql");
});

test("a subgraph that tells its own schema is asked for it, and called, at one URL unless two are given", () => {
  const text =
    "subgraphs: { a: { schema: { subgraph_url: 'http://a/' } }, b: { routing_url: 'http://b/', schema: { sdl: 'type Query { b: Int }' } } }";
  expect(read(text)).toMatchObject([
    { name: "a", url: "http://a/", schema: { kind: "subgraph", url: "http://a/" } },
    { name: "b", url: "http://b/", schema: { kind: "inline" } },
  ]);
});

const wrong: readonly (readonly [string, string])[] = [
  [
    users.replace("schema:", "shema:"),
    "supergraph.yaml:6: unknown key `shema` in subgraph users; allowed: routing_url, schema",
  ],
  [
    users.replace("file:", "fil:"),
    "supergraph.yaml:6: unknown key `fil` in schema of subgraph users; allowed: file, sdl, subgraph_url",
  ],
  [
    `${users}plugins: {}`,
    "supergraph.yaml:7: unknown key `plugins` in the file; allowed: federation_version, subgraphs",
  ],
  [users.replace("=2.14.4", "1"), "supergraph.yaml:2: `federation_version` must be 2 or =2.14.4"],
  [
    users.replace("-http://127.0.0.1:4001/graphql", "-ftp://x"),
    "supergraph.yaml:5: `routing_url` of subgraph users: ftp://x is not an http or https URL",
  ],
  [
    users.replace(":-http://127.0.0.1:4001/graphql", ""),
    "supergraph.yaml:5: `routing_url` of subgraph users: USERS_URL is not set and has no default",
  ],
  [users.replace("env.", ""), `4001/graphql} is not of the form \${env.NAME:-default}`],
  [
    users.replace("{ file: ./users.graphql }", "{}"),
    "supergraph.yaml:6: schema of subgraph users must have one of `file`, `sdl` and `subgraph_url`",
  ],
  [users.replace(/ {4}schema.*\n/, ""), "supergraph.yaml:5: subgraph users has no `schema`"],
  [users.replace(/ {4}routing.*\n/, ""), "supergraph.yaml:4: subgraph users has no `routing_url`"],
  ["subgraphs: {}", "supergraph.yaml:1: `subgraphs` is empty"],
  ["a: [", "supergraph.yaml:1: "],
  ["", "supergraph.yaml: the file must be a map"],
];

for (const [text, message] of wrong) {
  test(`it says: ${message}`, () => {
    expect(() => read(text)).toThrow(message);
  });
}
