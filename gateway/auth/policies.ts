import type { Operation, Viewer } from "../request.ts";

/** What `@policy` may name, and who decides it. */
export interface Policies {
  /** Of all policies there are: a supergraph that names another one is not served. */
  readonly names: readonly string[];
  /**
   * Which of these policies a viewer meets who sends an operation of this kind. Asked once for a request, with every policy
   * that its operation names, so that what has to be looked up is looked up together. What it throws costs the request
   * all fields with a policy.
   */
  met(
    names: readonly string[],
    viewer: Viewer,
    operation: Operation,
  ): readonly string[] | Promise<readonly string[]>;
}

type Policy = (viewer: Viewer, operation: Operation) => boolean;

const rules: ReadonlyMap<string, Policy> = new Map<string, Policy>([
  ["admin", (viewer) => viewer.kind === "user" && viewer.role === "ADMIN"],
  // Whose personal data it is, is in the row, and for the subgraph to say. The anonymous are shown none, but for the
  // mutations that open their account or session: they answer with that account.
  ["personal-data", (viewer, { type }) => viewer.kind === "user" || type === "mutation"],
]);

/** Policies that need nothing but the viewer. */
export const policies: Policies = {
  names: [...rules.keys()],
  met: (names, viewer, operation) =>
    names.filter((name) => rules.get(name)?.(viewer, operation) === true),
};
