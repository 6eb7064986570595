import { expect, test } from "@jest/globals";
import { checkText } from "./check-text.ts";
import { defaultLimits } from "./limits.ts";

test("S8 directives are counted wherever they stand, repeated ones too", () => {
  const limits = { ...defaultLimits(), directives: 3 };
  expect(checkText(`{ a @skip(if: false) b(x: "@@@@") @x @y }`, limits)).toBeUndefined();
  const document = "query Q($v: Boolean! @x) @y { a @include(if: $v) @include(if: $v) }";
  expect(checkText(document, limits)?.extensions).toMatchObject({ limit: "directives", value: 4 });
});
