import { expect, test } from "@jest/globals";
import { parse } from "graphql";
import { checkDocument } from "./check-document.ts";
import { defaultLimits } from "./limits.ts";

test("S5 fragments that meet at one place are counted, nested and spread ones alike", () => {
  const document = parse(
    "{ node { ... on A { ... on B { a } } ...F } node { ... on C { c } } other { ...F } } fragment F on D { d }",
  );
  const check = (conditions: number) => checkDocument(document, { ...defaultLimits(), conditions });
  expect(check(4)).toBeUndefined();
  expect(check(3)?.extensions).toMatchObject({ limit: "conditions", value: 4, maximum: 3 });
});
