import { checkDocument } from "./limits/check-document.ts";
import type { Limits } from "./limits/limits.ts";
import { type Compiler, createCompiler } from "./plan/compile.ts";

/** What a gateway tells its compiler beside the supergraph. */
export interface CompilerRules {
  /** Whether clients may ask for the schema. */
  readonly introspection: boolean;
  readonly limits: Limits;
  /** Items that a list is taken to have when the schema does not say how many. */
  readonly listSize: number;
}

/** @throws Error when the SDL is no supergraph */
export function createLimitedCompiler(
  supergraphSdl: string,
  { introspection, limits, listSize }: CompilerRules,
): Compiler {
  return createCompiler(supergraphSdl, {
    introspection,
    listSize,
    refuse: (document) => checkDocument(document, limits),
  });
}
