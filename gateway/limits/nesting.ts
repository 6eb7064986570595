import { TokenKind } from "graphql";
import type { TextRule } from "./text-rule.ts";

/** How deep selection sets, input objects and lists stand in each other: a parser calls itself for each level. */
export function measureNesting(): TextRule {
  let open = 0;
  let deepest = 0;
  return {
    limit: "nesting",
    see({ kind }) {
      if (kind === TokenKind.BRACE_L || kind === TokenKind.BRACKET_L) {
        open += 1;
        deepest = Math.max(deepest, open);
      } else if (kind === TokenKind.BRACE_R || kind === TokenKind.BRACKET_R) {
        open -= 1;
      }
    },
    value: () => deepest,
  };
}
