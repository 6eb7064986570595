import { expect, test } from "@jest/globals";
import { parse } from "graphql";
import { checkDocument } from "./check-document.ts";
import { defaultLimits } from "./limits.ts";

test("fragment definitions are counted", () => {
  const document = parse("{ ...A } fragment A on Q { ...B } fragment B on Q { a }");
  expect(checkDocument(document, { ...defaultLimits(), fragments: 2 })).toBeUndefined();
  expect(checkDocument(document, { ...defaultLimits(), fragments: 1 })?.extensions).toMatchObject({
    limit: "fragments",
    value: 2,
  });
});
