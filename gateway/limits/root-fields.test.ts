import { expect, test } from "@jest/globals";
import { parse } from "graphql";
import { checkDocument } from "./check-document.ts";
import { defaultLimits } from "./limits.ts";

test("S7 fields of the root are counted with their aliases, through fragments, for the largest operation", () => {
  const document = parse(
    "query A { a b: a ...F a } query B { a } fragment F on Query { c: a ... { d: a { e f } } }",
  );
  const check = (rootFields: number) => checkDocument(document, { ...defaultLimits(), rootFields });
  expect(check(4)).toBeUndefined();
  expect(check(3)?.extensions).toMatchObject({ limit: "rootFields", value: 4, maximum: 3 });
});
