import { expect, test } from "@jest/globals";
import type { Leaf } from "../../plan/program.ts";
import { quote, writeLeaf } from "./write-leaf.ts";

/** What becomes of these values. */
const written = (leaf: Leaf, values: readonly unknown[]) => values.map(writeLeaf(leaf));
const refused = (count: number) => Array.from({ length: count }, () => undefined);

test("values of the built-in scalars are written, and what does not fit them is not", () => {
  expect(written({ kind: "Int" }, [0, -0, -5, 2 ** 31 - 1])).toEqual([
    "0",
    "0",
    "-5",
    "2147483647",
  ]);
  expect(written({ kind: "Int" }, [1.5, 2 ** 31, "1", true, Number.NaN])).toEqual(refused(5));
  expect(written({ kind: "Float" }, [1.5, 1e21, 3])).toEqual(["1.5", "1e+21", "3"]);
  expect(written({ kind: "Float" }, ["1.5", true, JSON.parse("1e999")])).toEqual(refused(3));
  expect(written({ kind: "String" }, ["a", ""])).toEqual(['"a"', '""']);
  expect(written({ kind: "String" }, [1, true, {}])).toEqual(refused(3));
  expect(written({ kind: "Boolean" }, [true, false])).toEqual(["true", "false"]);
  expect(written({ kind: "Boolean" }, ["true", 1])).toEqual(refused(2));
  expect(written({ kind: "ID" }, ["a", 7])).toEqual(['"a"', '"7"']);
  expect(written({ kind: "ID" }, [1.5, true, []])).toEqual(refused(3));
});

test("an enum has its values and no others, whatever objects inherit", () => {
  const leaf: Leaf = { kind: "enum", values: ["RED", "constructor"] };
  expect(written(leaf, ["RED", "constructor"])).toEqual(['"RED"', '"constructor"']);
  expect(written(leaf, ["BLUE", "toString", 0])).toEqual(refused(3));
});

test("a scalar that is not built in may be any JSON", () => {
  const value = { list: [1, null, "é"], deep: { __proto__: null } };
  expect(written({ kind: "any" }, [value])).toEqual([JSON.stringify(value)]);
});

test("text is quoted as JSON.stringify does, whatever is in it", () => {
  const texts = [
    "",
    'a"b',
    "a\\b",
    "\n\t\u0000\u001f",
    "\u007f é 漢 🚀",
    "\ud800",
    "a\udc00",
    "\u2028",
    "x".repeat(500),
  ];
  for (const text of texts) expect(quote(text)).toBe(JSON.stringify(text));
  for (let code = 0; code < 0x10000; code += 1) {
    const text = String.fromCharCode(code);
    if (quote(text) !== JSON.stringify(text)) throw new Error(`character ${code}`);
  }
});
