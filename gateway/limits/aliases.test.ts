import { expect, test } from "@jest/globals";
import { checkText } from "./check-text.ts";
import { defaultLimits } from "./limits.ts";

const limits = { ...defaultLimits(), aliases: 2 };

test("aliases are counted; arguments, variables and keys of objects are none", () => {
  const none = `query Q($a: Int = 1, $b: In = { c: 2 }) { x(a: $a, b: { c: { d: "e: f" } }) }`;
  expect(checkText(`${none} fragment F on T { a: b c: d }`, limits)).toBeUndefined();
  expect(checkText("{ a: x(y: 1) b: x { c: z } }", limits)?.extensions).toMatchObject({
    limit: "aliases",
    value: 3,
    maximum: 2,
  });
});
