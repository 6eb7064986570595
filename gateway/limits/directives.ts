import { TokenKind } from "graphql";
import type { TextRule } from "./text-rule.ts";

/** How many directives a document has in all. */
export function countDirectives(): TextRule {
  let directives = 0;
  return {
    limit: "directives",
    see({ kind }) {
      if (kind === TokenKind.AT) directives += 1;
    },
    value: () => directives,
  };
}
