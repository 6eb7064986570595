import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { projectRoot } from "../../runtime/project-root.ts";
import { attacks } from "./attacks.ts";
import { findTests } from "./find-tests.ts";

test("tests of an attack are found by its number, wherever their names are written", async () => {
  const tests = await findTests(projectRoot());
  const namesOf = (number: number): readonly string[] =>
    tests.filter(({ numbers }) => numbers.includes(number)).map(({ name }) => name);
  expect(namesOf(4)).toContain("30 nested fragments, each spread twice");
  expect(namesOf(32)).toContain("errors tell no address, no file and no words of a driver");
  expect(namesOf(71)).toContain("errors tell no address, no file and no words of a driver");
  expect(namesOf(18)).toContain("a GET from … is answered");
  for (const { file } of tests)
    expect([file, existsSync(join(projectRoot(), file))]).toEqual([file, true]);
});

test("every attack has a test", async () => {
  const tests = await findTests(projectRoot());
  const tried = tests.flatMap(({ numbers }) => numbers);
  expect(tried).toEqual(expect.arrayContaining([...attacks.keys()]));
});
