import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readEnv } from "../../runtime/env.ts";
import { catalogue } from "../../runtime/errors.ts";
import { projectRoot } from "../../runtime/project-root.ts";
import { readOwnSubgraphs } from "../../scripts/project/own-subgraphs.ts";
import type { Client } from "../harness/client.ts";
import { type Graph, startGraph } from "../harness/graph.ts";
import { promisedOutput, type Snippet, snippetsOf } from "./snippets.ts";

const root = projectRoot();
const pages = readdirSync(join(root, "docs")).filter((file) => file.endsWith(".md"));
const generated = ["errors.md", "queries.md"];
const snippets = pages
  .filter((page) => !generated.includes(page))
  .flatMap((page) => snippetsOf(page, readFileSync(join(root, "docs", page), "utf8")));

let graph: Graph;
let grace: Client;

beforeAll(async () => {
  graph = await startGraph({ data: "demo" });
  grace = await graph.signIn("grace@example.com");
});

afterAll(() => graph.stop());

const inLanguage = (...languages: string[]) =>
  snippets
    .filter(({ language }) => languages.includes(language))
    .map((snippet): [string, Snippet] => [`${snippet.page}:${snippet.line}`, snippet]);

test("only languages that are run, or that hold no code, are in the pages", () => {
  const known = ["graphql", "ts", "sh", "yaml", "json", "text", "http"];
  expect(
    snippets.map(({ language }) => language).filter((language) => !known.includes(language)),
  ).toEqual([]);
});

test.each(inLanguage("graphql"))(
  "the operation at %s answers as it says",
  async (_place, { marks, text }) => {
    if (marks["schema"] !== undefined) return;
    const client = marks["as"] === "grace" ? grace : graph.anonymous;
    const codes = (await client.send(text)).errors?.map(({ extensions }) => extensions.code) ?? [];
    expect(codes).toEqual(marks["expect"] === undefined ? [] : [marks["expect"]]);
  },
);

test.each(inLanguage("ts"))(
  "the program at %s prints what it says",
  async (_place, { marks, text }) => {
    if (marks["excerpt"] !== undefined) return;
    const program = `const ENDPOINT = ${JSON.stringify(graph.url)}; const ACCESS_TOKEN = ${JSON.stringify(grace.token)};\n${text}`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "--eval", program],
      { cwd: root, env: { PATH: readEnv()["PATH"] } },
    );
    const printed = stdout.trim().split("\n");
    expect(printed).toEqual(promisedOutput(text));
  },
);

describe("commands", () => {
  const scripts = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts;

  test.each(inLanguage("sh"))(
    "those at %s exist, and a test runs them",
    (_place, { marks, text }) => {
      for (const [, name = ""] of text.matchAll(
        /\bnpm (?:run )?(?!ci\b|i\b|install\b)([\w:-]+)/g,
      )) {
        expect(Object.keys(scripts)).toContain(name);
      }
      const { "tested-by": testedBy = "" } = marks;
      expect(testedBy === "" ? "no test named" : existsSync(join(root, testedBy))).toBe(true);
    },
  );
});

test("files and codes that the pages name exist", () => {
  for (const page of pages.filter((one) => !generated.includes(one))) {
    const markdown = readFileSync(join(root, "docs", page), "utf8");
    const files = [
      ...markdown.matchAll(
        /`((?:gateway|subgraphs|runtime|prisma|scripts|tests|bench|graph|deploy)\/[\w./-]+)`/g,
      ),
    ];
    for (const [, file = ""] of files)
      expect([page, file, existsSync(join(root, file))]).toEqual([page, file, true]);
    const codes = [...markdown.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, code = ""]) => code);
    const unknown = codes.filter((code) => !Object.hasOwn(catalogue, code) && !isVariable(code));
    expect([page, unknown]).toEqual([page, []]);
  }
});

/** Whether some file of ours reads this variable of the environment. */
function isVariable(name: string): boolean {
  const ofSubgraphs = readOwnSubgraphs(root).flatMap(({ variables }) => Object.values(variables));
  if (ofSubgraphs.includes(name)) return true;
  const files = [
    "gateway/config.ts",
    "subgraphs/users/config.ts",
    "subgraphs/todos/config.ts",
    ".env.example",
    "supergraph.yaml",
    "scripts/start/config.ts",
  ];
  return files.some(
    (file) => existsSync(join(root, file)) && readFileSync(join(root, file), "utf8").includes(name),
  );
}
