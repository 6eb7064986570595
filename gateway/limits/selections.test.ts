import { expect, test } from "@jest/globals";
import { parse } from "graphql";
import { checkDocument } from "./check-document.ts";
import { defaultLimits } from "./limits.ts";

const countIn = (document: string): unknown =>
  checkDocument(parse(document), { ...defaultLimits(), selections: 0 })?.extensions["value"];

test("S4 fragments that are each spread twice are counted where they stand, not where they are written", () => {
  const chain = Array.from(
    { length: 29 },
    (_, at) => `fragment F${at} on Q { x { ...F${at + 1} } y { ...F${at + 1} } }`,
  );
  const document = `{ ...F0 } ${chain.join(" ")} fragment F29 on Q { a b }`;
  const started = performance.now();
  const refusal = checkDocument(parse(document), defaultLimits());
  expect(performance.now() - started).toBeLessThan(50);
  expect(refusal?.extensions).toMatchObject({
    code: "OPERATION_TOO_COMPLEX",
    limit: "selections",
    maximum: 10_000,
  });
});

test("all operations count, and so do fragments that none of them leads to and definitions of the same name", () => {
  expect(countIn("{ a b { c } }")).toBe(3);
  expect(countIn("query A { ...F } query B { ...F } fragment F on Q { a b }")).toBe(6);
  expect(countIn("{ a } fragment F on Q { ...G } fragment G on Q { b c }")).toBe(4);
  expect(countIn("{ ...F } fragment F on Q { a b c } fragment F on Q { a }")).toBe(5);
  expect(countIn("{ ... on Q { a } ... { b } ...Missing }")).toBe(5);
});
