import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { composeGraph } from "./compose-graph.ts";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "compose-graph-"));
  for (const name of ["books", "loans"]) {
    await mkdir(join(root, "subgraphs", name), { recursive: true });
    await writeFile(
      join(root, "subgraphs", name, "schema.graphql"),
      `type Query { ${name}: Int }\n`,
    );
  }
  const entry = (name: string): string =>
    `  ${name}:\n    routing_url: http://127.0.0.1:1/\n    schema:\n      file: ./subgraphs/${name}/schema.graphql\n`;
  await writeFile(join(root, "supergraph.yaml"), `subgraphs:\n${entry("books")}${entry("loans")}`);
});

afterEach(() => rm(root, { recursive: true }));

test("a subgraph of this project that is not running is left out of the graph", async () => {
  const urls = new Map([["books", "http://127.0.0.1:2/graphql?generation=1"]]);
  const { left, schemas, sdl } = await composeGraph(root, {}, (name) => urls.get(name));
  expect(left).toEqual(["loans"]);
  expect([...schemas.keys()]).toEqual(["books"]);
  expect(sdl).toContain("generation=1");
  expect(sdl).not.toContain("loans");
});

test("what supergraph.yaml has wrong is said with its line and what to do", async () => {
  await writeFile(join(root, "supergraph.yaml"), "subgraphs:\n  books: {}\n");
  await expect(composeGraph(root, {}, () => undefined)).rejects.toThrow(
    /supergraph\.yaml:2: subgraph books has no `schema`\. What to do: correct it there\./,
  );
});
