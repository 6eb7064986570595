import type { Token } from "graphql";
import type { LimitName } from "./limits.ts";

/** Counts something while a document's tokens pass by. */
export interface TextRule {
  readonly limit: LimitName;
  see(token: Token): void;
  value(): number;
}
