import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { booksSdl, loansSdl } from "../../tests/harness/library.ts";
import { compose } from "./compose.ts";
import { createLastGood } from "./last-good.ts";
import type { Supergraph } from "./supergraph.ts";
import { composedSdl, createSupergraphSource } from "./supergraph-source.ts";

let folder: string;
let published: { supergraph: Supergraph; origin: string }[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "source-"));
  published = [];
  await writeFile(join(folder, "books.graphql"), booksSdl);
  await writeFile(join(folder, "loans.graphql"), loansSdl);
  await writeFile(join(folder, "supergraph.yaml"), yaml);
});

afterEach(() => rm(folder, { recursive: true }));

const yaml = `
subgraphs:
  books: { routing_url: "\${env.BOOKS:-http://books/}", schema: { file: books.graphql } }
  loans: { routing_url: "http://loans/", schema: { file: loans.graphql } }
`;

async function load(path = "supergraph.yaml", env = {}): Promise<void> {
  const source = createSupergraphSource({
    path: join(folder, path),
    env,
    fetchSdl: () => Promise.reject(new Error("down")),
    lastGood: createLastGood(folder, path),
    publish: async (supergraph, origin) => {
      published.push({ supergraph, origin });
    },
    failed: () => {},
  });
  await source.start();
  await source.stop();
}

test("a supergraph.yaml of files is composed at the start, with the URLs of the environment beside it", async () => {
  await load("supergraph.yaml", { BOOKS: "http://elsewhere/" });
  expect(published).toHaveLength(1);
  expect(published[0]?.origin).toBe("composed now");
  expect(published[0]?.supergraph.sdl).toContain('url: "http://books/"');
  expect(published[0]?.supergraph.urls.get("books")).toBe("http://elsewhere/");
});

test("an SDL composed before is taken as it is while it is fresh, and not when a schema has changed", async () => {
  const source = (name: string, sdl: string): Parameters<typeof compose>[0][number] => ({
    name,
    sdl,
    url: `http://${name}/`,
    place: name,
  });
  await mkdir(join(folder, "graph"));
  const sdl = await compose([source("books", booksSdl), source("loans", loansSdl)]);
  await writeFile(join(folder, composedSdl), sdl);
  await load();
  expect(published[0]).toMatchObject({ origin: "composed before", supergraph: { sdl } });
  await writeFile(join(folder, "loans.graphql"), loansSdl.replace("loanCount", "count"));
  await load();
  expect(published[1]?.origin).toBe("composed now");
});

test("files that are missing or do not compose stop the start with what is wrong", async () => {
  await expect(load("nowhere.graphql")).rejects.toThrow(
    /^SUPERGRAPH: .*nowhere\.graphql cannot be read/,
  );
  await writeFile(join(folder, "loans.graphql"), "type Query { a: Nothing }");
  await expect(load()).rejects.toThrow(
    /supergraph\.yaml does not compose:\nsubgraph loans, .*loans\.graphql:1: INVALID_GRAPHQL: .*Unknown type.*What to do/,
  );
  await rm(join(folder, "loans.graphql"));
  await expect(load()).rejects.toThrow("The schema of subgraph loans cannot be read");
});
