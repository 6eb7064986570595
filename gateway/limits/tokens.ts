import type { TextRule } from "./text-rule.ts";

/** How long a document is for a parser; comments and white space do not count. */
export function countTokens(): TextRule {
  let tokens = 0;
  return {
    limit: "tokens",
    see() {
      tokens += 1;
    },
    value: () => tokens,
  };
}
