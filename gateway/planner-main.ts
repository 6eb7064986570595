import { checkDocument } from "./limits/check-document.ts";
import type { Limits } from "./limits/limits.ts";
import { createCompiler } from "./plan/compile.ts";
import { serveCompiler } from "./plan/serve-compiler.ts";

/** What the gateway tells its planner beside the supergraph. */
export interface PlannerRules {
  /** Whether clients may ask for the schema. */
  readonly introspection: boolean;
  readonly limits: Limits;
}

serveCompiler((supergraphSdl, options) => {
  const { introspection, limits } = options as PlannerRules;
  return createCompiler(supergraphSdl, {
    introspection,
    refuse: (document) => checkDocument(document, limits),
  });
});
