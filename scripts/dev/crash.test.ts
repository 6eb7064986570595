import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createCompiler } from "./compiler.ts";
import { describeCrash } from "./crash.ts";

let root: string;
let dist: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "crash-"));
  dist = join(root, "dist");
  const file = join(root, "subgraphs/todos/resolvers.ts");
  await mkdir(join(root, "subgraphs/todos"), { recursive: true });
  await writeFile(
    file,
    'type Gone = {\n  id: string;\n};\n\nthrow new Error("built");\nexport {};\n',
  );
  await createCompiler(root, dist).compile([file]);
});

afterAll(() => rm(root, { recursive: true }));

const describe = (said: string): string =>
  describeCrash({ subgraph: "todos", how: "ended with exit code 1", said }, dist);
const source = (): string => relative(process.cwd(), join(root, "subgraphs/todos/resolvers.ts"));
const built = (path: string): string => pathToFileURL(join(dist, path)).href;

test("a crash is at the line of the source, in the subgraph rather than in what it uses", () => {
  const said = `Error: not today
    at load (${built("subgraphs/kit/loader.js")}:3:1)
    at file (${built("subgraphs/todos/resolvers.js")}:1:7)
    at ModuleJob.run (node:internal/modules/esm/module_job:325:25)\n`;
  expect(describe(said)).toBe(
    `${source()}:5: not today. What to do: correct what stops the process there before it is ready.`,
  );
});

test("a wrong import is at the line of the import", () => {
  const said = `${built("subgraphs/todos/resolvers.js")}:1
import { listByIt } from "./model/lists.js";
         ^^^^^^^^
SyntaxError: The requested module './model/lists.js' does not provide an export named 'listByIt'
    at ModuleJob._instantiate (node:internal/modules/esm/module_job:228:21)\n`;
  expect(describe(said)).toBe(
    `${source()}:5: The requested module './model/lists.js' does not provide an export named 'listByIt'. What to do: export it there, or correct the import.`,
  );
});

test("an import of what is not there is at its line, and names the source that is missing", async () => {
  const file = join(root, "subgraphs/todos/model/imports.ts");
  await mkdir(join(root, "subgraphs/todos/model"), { recursive: true });
  await writeFile(
    file,
    'import type { Gone } from "./gone.ts";\n\nimport {\n  one,\n} from "./lists.ts";\nimport "./more.ts";\none as Gone;\n',
  );
  await createCompiler(root, dist).compile([file]);
  const importer = join(dist, "subgraphs/todos/model/imports.js");
  const missing = join(dist, "subgraphs/todos/model/lists.js");
  const place = relative(process.cwd(), file);
  expect(
    describe(`Error [ERR_MODULE_NOT_FOUND]: Cannot find module '${missing}' imported from ${importer}
    at finalizeResolution (node:internal/modules/esm/resolve:283:11)\n`),
  ).toBe(
    `${place}:3: cannot find module subgraphs/todos/model/lists.ts. What to do: correct the path of the import, or save what it names.`,
  );
  expect(
    describe(
      `Error [ERR_MODULE_NOT_FOUND]: Cannot find package './more' imported from ${importer}\n`,
    ),
  ).toBe(
    `${place}:6: cannot find package ./more. What to do: correct the import, or install the package.`,
  );
});

test("what a process says in one sentence, or does not say, is passed on", () => {
  expect(describe("TODOS_PORT: must be a port\n")).toMatch(/^TODOS_PORT: must be a port\. What/);
  expect(describe("")).toMatch(/^todos ended with exit code 1\. What to do: /);
});
