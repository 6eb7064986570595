import { expect, test } from "@jest/globals";
import { parse } from "graphql";
import { checkDocument } from "./check-document.ts";
import { defaultLimits } from "./limits.ts";

const depthOf = (document: string): unknown =>
  checkDocument(parse(document), { ...defaultLimits(), depth: 0 })?.extensions["value"];

test("depth is counted in fields, through fragments", () => {
  expect(depthOf("{ a { b } c }")).toBe(2);
  expect(depthOf("{ ... on Q { a { ... { b { ...F } } } } } fragment F on T { c { d } }")).toBe(4);
});

test("S9 a way of 200 through users, lists, todos and owners is refused", () => {
  const step = ["users { lists { todos { owner {", "} } } }"] as const;
  const document = `{ ${step[0].repeat(50)} id ${step[1].repeat(50)} }`;
  expect(checkDocument(parse(document), defaultLimits())?.extensions).toMatchObject({
    limit: "depth",
    value: 201,
    maximum: 30,
  });
});
