import { expect, test } from "@jest/globals";
import type { Rewrite } from "../../plan/program.ts";
import { rewriteText } from "./rewrite.ts";

const set = (path: Rewrite["path"], setValueTo: unknown): Rewrite => ({
  kind: "ValueSetter",
  path,
  setValueTo,
});
const rename = (path: Rewrite["path"], renameKeyTo: string): Rewrite => ({
  kind: "KeyRenamer",
  path,
  renameKeyTo,
});

test("an interface object is sent under the interface's name, objects of other types under theirs", () => {
  const rewrites = [set([{ types: ["Book", "Film"] }, "__typename"], "Media")];
  expect(rewriteText('{"__typename":"Book","id":"1"}', rewrites)).toBe(
    '{"__typename":"Media","id":"1"}',
  );
  expect(rewriteText('{"__typename":"Song","id":"1"}', rewrites)).toBe(
    '{"__typename":"Song","id":"1"}',
  );
});

test("a path leads through objects and every item of lists, and ends where there is nothing", () => {
  const rewrites = [rename(["items", "old"], "young")];
  expect(rewriteText('{"items":[{"old":1},[{"old":2}],null,{"other":3}]}', rewrites)).toBe(
    '{"items":[{"young":1},[{"young":2}],null,{"other":3}]}',
  );
  expect(rewriteText('{"items":null}', rewrites)).toBe('{"items":null}');
  expect(rewriteText("{}", rewrites)).toBe("{}");
});

test("S1 names that reach prototypes are keys like any other", () => {
  const moved = rewriteText('{"a":{"polluted":1}}', [rename(["a"], "__proto__")]);
  expect(moved).toBe('{"__proto__":{"polluted":1}}');
  expect(rewriteText('{"x":1}', [rename(["toString"], "y"), set(["constructor"], 2)])).toBe(
    '{"x":1,"constructor":2}',
  );
  expect(rewriteText('{"x":1}', [set(["__proto__", "polluted"], 1)])).toBe('{"x":1}');
  expect(Object.prototype).not.toHaveProperty("polluted");
});
