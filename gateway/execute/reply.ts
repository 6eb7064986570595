import type { GraphQLFormattedError } from "graphql";
import type { KeptAnswer } from "../answers/answers.ts";

/** Why an operation is not run, or its variables do not fit. */
export type Refusal = readonly GraphQLFormattedError[];

/** What became of an operation: the body of its answer, or why there is none. */
export type Reply = string | Buffer | KeptAnswer | Refusal;

export function isRefusal(reply: Reply): reply is Refusal {
  return Array.isArray(reply);
}
