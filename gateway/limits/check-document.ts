import type { DocumentNode, GraphQLError } from "graphql";
import { countConditions } from "./conditions.ts";
import { definitionsOf, type Measure } from "./definitions.ts";
import { measureDepth } from "./depth.ts";
import { findFragmentCycle } from "./fragment-cycles.ts";
import { countFragments } from "./fragments.ts";
import { checkLimit, type LimitName, type Limits } from "./limits.ts";
import { countRepetitions } from "./repetitions.ts";
import { countRootFields } from "./root-fields.ts";
import { countSelections } from "./selections.ts";

/** In this order: what comes after `selections` goes through each of them once. */
const rules: readonly (readonly [LimitName, Measure])[] = [
  ["selections", countSelections],
  ["depth", measureDepth],
  ["rootFields", countRootFields],
  ["repetitions", countRepetitions],
  ["conditions", countConditions],
];

/** What can be said of a parsed document without a schema, for it to be validated and planned in a bounded time. */
export function checkDocument(document: DocumentNode, limits: Limits): GraphQLError | undefined {
  const definitions = definitionsOf(document);
  const tooMany = checkLimit("fragments", countFragments(definitions), limits.fragments);
  if (tooMany !== undefined) return tooMany;
  const cycle = findFragmentCycle(definitions);
  if (cycle !== undefined) return cycle;
  for (const [limit, measure] of rules) {
    const refusal = checkLimit(limit, measure(definitions), limits[limit]);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
