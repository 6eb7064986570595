import { TokenKind } from "graphql";
import type { TextRule } from "./text-rule.ts";

/** How often a field is given another name. Outside parentheses, nothing but an alias has a colon. */
export function countAliases(): TextRule {
  let parentheses = 0;
  let aliases = 0;
  return {
    limit: "aliases",
    see({ kind }) {
      if (kind === TokenKind.PAREN_L) parentheses += 1;
      else if (kind === TokenKind.PAREN_R) parentheses -= 1;
      else if (kind === TokenKind.COLON && parentheses === 0) aliases += 1;
    },
    value: () => aliases,
  };
}
