import type { GraphQLError } from "graphql";
import { failure } from "../../runtime/errors.ts";

/** How much one document may ask for, and what is counted. */
export const limits = {
  characters: { maximum: 131_072, unit: "characters" },
  tokens: { maximum: 15_000, unit: "tokens" },
  nesting: { maximum: 60, unit: "levels of brackets" },
  aliases: { maximum: 500, unit: "aliases" },
  directives: { maximum: 500, unit: "directives" },
  fragments: { maximum: 300, unit: "fragment definitions" },
  selections: { maximum: 10_000, unit: "selections, its fragments put in place" },
  depth: { maximum: 30, unit: "levels of fields" },
  rootFields: { maximum: 100, unit: "fields of an operation's root" },
  repetitions: { maximum: 200, unit: "repetitions of one field in one place" },
  conditions: { maximum: 300, unit: "fragments in one place" },
} as const satisfies Readonly<Record<string, { readonly maximum: number; readonly unit: string }>>;

export type LimitName = keyof typeof limits;
export type Limits = Readonly<Record<LimitName, number>>;

export function defaultLimits(): Limits {
  const maxima = Object.entries(limits).map(([name, { maximum }]) => [name, maximum]);
  return Object.fromEntries(maxima) as Limits;
}

/** The refusal of a document that goes beyond a limit, or undefined. */
export function checkLimit(
  limit: LimitName,
  value: number,
  maximum: number,
): GraphQLError | undefined {
  if (value <= maximum) return undefined;
  const sentence = `The document has ${value} ${limits[limit].unit}; at most ${maximum} are allowed.`;
  return failure("OPERATION_TOO_COMPLEX", sentence, { limit, value, maximum });
}
