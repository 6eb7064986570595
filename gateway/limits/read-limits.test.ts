import { expect, test } from "@jest/globals";
import { defaultLimits } from "./limits.ts";
import { limitsSetting } from "./read-limits.ts";

test("limits that a setting names differ from the usual ones, the others do not", () => {
  expect(limitsSetting.parse(undefined)).toEqual(defaultLimits());
  expect(limitsSetting.parse("depth=40, aliases=1000")).toEqual({
    ...defaultLimits(),
    depth: 40,
    aliases: 1_000,
  });
});

for (const text of ["depth", "depth=0", "depth=-1", "depths=4", "__proto__=4", "depth=1e3"]) {
  test(`${text} is no setting of limits`, () => {
    expect(() => limitsSetting.parse(text)).toThrow(
      "must be limits such as depth=40, separated by commas, out of characters, tokens, nesting",
    );
  });
}
