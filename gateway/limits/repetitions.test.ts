import { expect, test } from "@jest/globals";
import { parse } from "graphql";
import { checkDocument } from "./check-document.ts";
import { defaultLimits } from "./limits.ts";

const repetitionsIn = (document: string): unknown =>
  checkDocument(parse(document), { ...defaultLimits(), repetitions: 0 })?.extensions["value"];

test("S8 a field is counted for each time that it stands at one place of the answer", () => {
  expect(repetitionsIn("{ a b c }")).toBe(1);
  expect(repetitionsIn("{ a { x } a { x ...F } b: a { x } } fragment F on T { x x }")).toBe(4);
  expect(repetitionsIn("{ a } fragment Unused on T { x x x }")).toBe(3);
});

test("S8 a thousand identical fields are refused, at the root and spread over their parents", () => {
  const limit = { limit: "repetitions", value: 1000, maximum: 200 };
  const flat = `{ ${"a ".repeat(1_000)} }`;
  expect(checkDocument(parse(flat), defaultLimits())?.extensions).toMatchObject(limit);
  const nested = `{ ${`p { ${"a ".repeat(10)} } `.repeat(100)} }`;
  expect(checkDocument(parse(nested), defaultLimits())?.extensions).toMatchObject(limit);
});
