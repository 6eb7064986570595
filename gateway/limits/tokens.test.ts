import { expect, test } from "@jest/globals";
import { checkText } from "./check-text.ts";
import { defaultLimits } from "./limits.ts";

const limits = { ...defaultLimits(), tokens: 10 };

test("tokens are counted without comments and white space", () => {
  expect(checkText("{ a b c d e f g h } # a b c\n\n\n", limits)).toBeUndefined();
  expect(checkText("{ a b c d e f g h i }", limits)).toMatchObject({
    message: "The document has 11 tokens; at most 10 are allowed.",
    extensions: { code: "OPERATION_TOO_COMPLEX", limit: "tokens", value: 11, maximum: 10 },
  });
});
