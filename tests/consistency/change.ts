import type { Estate } from "./estate.ts";

/** A write by somebody to what is theirs. */
export interface Change {
  readonly name: string;
  /** What it leads to. */
  readonly next: Estate;
  /** Sends it; gives what its own answer says of the result, and what that ought to be. */
  send(ask: Ask): Promise<readonly [said: unknown, expected: unknown]>;
}

/** Sends an operation of the writer's and gives its data. @throws when it fails */
// biome-ignore lint/suspicious/noExplicitAny: the shape of the data is that of the document
export type Ask = (document: string, variables: unknown) => Promise<any>;

/** The ids that the graph gave to lists and todos, by their keys; of deleted ones as well. */
export type Ids = Map<string, string>;

/** What a mutation with one `input` answers, as `done`. */
export function byInput(field: string, payload: string): string {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input`;
  return `mutation ($input: ${type}!) { done: ${field}(input: $input) ${payload} }`;
}
