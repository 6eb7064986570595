import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { findStale } from "./written-files.ts";

test("a generated file is stale when it is missing or has another text", async () => {
  const root = await mkdtemp(join(tmpdir(), "written-"));
  await writeFile(join(root, "fresh.md"), "a");
  await writeFile(join(root, "changed.md"), "b");
  const files = { "fresh.md": "a", "changed.md": "a", "missing.md": "a" };
  expect(await findStale(files, root)).toEqual(["changed.md", "missing.md"]);
  await rm(root, { recursive: true });
});
