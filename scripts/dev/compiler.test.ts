import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type Compiler, createCompiler } from "./compiler.ts";

let root: string;
let compiler: Compiler;
const source = (name: string): string => join(root, "subgraphs/todos", `${name}.ts`);
const built = (name: string): string => join(root, "dist/subgraphs/todos", `${name}.js`);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "compiler-"));
  await mkdir(join(root, "subgraphs/todos"), { recursive: true });
  compiler = createCompiler(root, join(root, "dist"));
});

afterEach(() => rm(root, { recursive: true }));

test("a source that is deleted takes what was built of it along", async () => {
  await writeFile(source("one"), 'export { two } from "./two.ts";\n');
  await writeFile(source("two"), "export const two: number = 2;\n");
  await compiler.compile([source("one"), source("two")]);
  expect(await readFile(built("one"), "utf8")).toContain('from "./two.js"');
  await rm(source("two"));
  await compiler.compile([source("two"), source("never")]);
  expect([built("one"), built("two"), `${built("two")}.map`].map(existsSync)).toEqual([
    true,
    false,
    false,
  ]);
});

test("of sources of which one is wrong, nothing is written", async () => {
  await writeFile(source("one"), "export const one = 1;\n");
  await writeFile(source("two"), "export const two = ;\n");
  await expect(compiler.compile([source("one"), source("two"), source("gone")])).rejects.toThrow(
    /two\.ts:1: Expression expected\. What to do: correct the syntax there\./,
  );
  expect(existsSync(built("one"))).toBe(false);
});
