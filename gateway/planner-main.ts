import { checkDocument } from "./limits/check-document.ts";
import type { Limits } from "./limits/limits.ts";
import { createCompiler } from "./plan/compile.ts";
import { serveCompiler } from "./plan/serve-compiler.ts";

/** What the gateway tells its planner beside the supergraph. */
export interface PlannerRules {
  /** Whether clients may ask for the schema. */
  readonly introspection: boolean;
  readonly limits: Limits;
  /** Items that a list is taken to have when the schema does not say how many. */
  readonly listSize: number;
}

serveCompiler((supergraphSdl, options) => {
  const { introspection, limits, listSize } = options as PlannerRules;
  return createCompiler(supergraphSdl, {
    introspection,
    listSize,
    refuse: (document) => checkDocument(document, limits),
  });
});
