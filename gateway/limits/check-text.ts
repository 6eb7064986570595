import { type GraphQLError, Lexer, Source, TokenKind } from "graphql";
import { countAliases } from "./aliases.ts";
import { countDirectives } from "./directives.ts";
import { checkLimit, type Limits } from "./limits.ts";
import { measureNesting } from "./nesting.ts";
import type { TextRule } from "./text-rule.ts";
import { countTokens } from "./tokens.ts";

/**
 * What can be said of a document without parsing it, in a time that the limits bound: at most a few milliseconds. Text
 * that is no GraphQL passes: to say what is wrong with it is the parser's.
 */
export function checkText(document: string, limits: Limits): GraphQLError | undefined {
  // Before the tokens: comments are none, and a text may be nothing but comments.
  const tooLong = checkLimit("characters", document.length, limits.characters);
  if (tooLong !== undefined) return tooLong;
  const tokens = countTokens();
  const rules = [tokens, measureNesting(), countAliases(), countDirectives()];
  lex(document, rules, () => tokens.value() <= limits.tokens);
  for (const { limit, value } of rules) {
    const refusal = checkLimit(limit, value(), limits[limit]);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function lex(document: string, rules: readonly TextRule[], goOn: () => boolean): void {
  const lexer = new Lexer(new Source(document));
  try {
    while (goOn()) {
      const token = lexer.advance();
      if (token.kind === TokenKind.EOF) return;
      for (const rule of rules) rule.see(token);
    }
  } catch {
    // No GraphQL from here on.
  }
}
