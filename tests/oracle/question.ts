import type { GraphQLFormattedError } from "graphql";

/** An operation as a client sends it. */
export interface Question {
  readonly document: string;
  readonly operationName?: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface Outcome {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
}

export type RunOperation = (question: Question) => Promise<Outcome>;
