import type { Requirement } from "../request.ts";

/** What running operations needs to know of a supergraph, as plain JSON: who runs them need not load the planner. */
export interface ClientView {
  /** What clients see, as SDL. */
  readonly apiSdl: string;
  /** All that the supergraph requires of viewers. */
  readonly requirements: readonly Requirement[];
}
