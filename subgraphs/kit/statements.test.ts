import { expect, test } from "@jest/globals";
import { createStatementNames } from "./statements.ts";

test("a statement gets its name when it comes the second time, and keeps it", () => {
  const name = createStatementNames();
  expect(name("SELECT 1")).toBeUndefined();
  const second = name("SELECT 1");
  expect(second).toEqual(expect.any(String));
  expect(name("SELECT 1")).toBe(second);
});

test("names are bounded, so that clients cannot fill the server's memory with prepared statements", () => {
  const name = createStatementNames(2);
  const named = Array.from({ length: 10 }, (_, index) => `SELECT ${index}`).filter((text) => {
    name(text);
    return name(text) !== undefined;
  });
  expect(named).toHaveLength(2);
});
