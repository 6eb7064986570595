import { expect, test } from "@jest/globals";
import { checkText } from "./check-text.ts";
import { defaultLimits } from "./limits.ts";

const limits = { ...defaultLimits(), nesting: 4 };

const levels: readonly (readonly [string, string])[] = [
  ["selection sets", "{ a { b { c { d { e } } } } }"],
  ["lists", "{ a(x: [[[[1]]]]) }"],
  ["input objects", "{ a(x: { b: { c: { d: { e: 1 } } } }) }"],
  ["types of variables", "query($x: [[[[[Int]]]]]) { a(x: $x) }"],
];
for (const [what, document] of levels) {
  test(`nested ${what} are refused beyond the limit`, () => {
    expect(checkText("{ a { b { c { d } } } e { f { g { h } } } }", limits)).toBeUndefined();
    expect(checkText(document, limits)?.extensions).toMatchObject({ limit: "nesting", value: 5 });
  });
}
