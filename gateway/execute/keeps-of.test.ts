import { expect, test } from "@jest/globals";
import { nameOf } from "./keeps-of.ts";

const declared = ["one", "two", "constructor"];

test.each([
  [
    { one: 1, two: 2 },
    { two: 2, one: 1, three: 3 },
  ],
  [{ one: { a: [{ b: 1, c: 2 }], d: null } }, { one: { d: null, a: [{ c: 2, b: 1 }] } }],
  [{ one: undefined }, {}],
  [{}, { three: 3 }],
])("variables that mean the same have the same name: %j, %j", (one, other) => {
  expect(nameOf(declared, one)).toBe(nameOf(declared, other));
});

test.each([
  [{ one: null }, {}],
  [{ one: 1 }, { two: 1 }],
  [{ one: 1 }, { one: "1" }],
  [{ one: "a", two: "b" }, { one: 'a","b' }],
  [{ one: [], two: null }, { two: null }],
  [{ one: { a: 1 } }, { one: { a: null } }],
  [{ constructor: 1 }, {}],
])("variables that mean something else have another: %j, %j", (one, other) => {
  expect(nameOf(declared, one)).not.toBe(nameOf(declared, other));
});
