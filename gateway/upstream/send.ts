import type { CallContext } from "./call-context.ts";

/** One GraphQL operation for one subgraph. */
export interface SubgraphCall {
  readonly subgraph: string;
  readonly url: string;
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The JSON text of `query`, `operationName` and `variables`, from whom had it at hand; else the wire writes it. */
  readonly body?: string;
  /** Only what is said to be a query is ever asked twice. */
  readonly operationKind?: "query" | "mutation";
  readonly context: CallContext;
  /** When the call is given up, in milliseconds of `performance.now()`. */
  readonly deadline?: number;
}

/** An error as a subgraph reports it, or as it is relayed. */
export interface SubgraphError {
  readonly message: string;
  /** From the root of the call, not of the client's document. */
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>>;
}

export interface SubgraphAnswer {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly SubgraphError[];
  /** Whether its JSON had no escape in it, so that no text of it needs one. */
  readonly plain?: boolean | undefined;
  /** The JSON of the whole answer, of one that came by wire. */
  readonly body?: Buffer | undefined;
  /** Its header `x-heard`: which drops of its service it is later than. */
  readonly heard?: string | undefined;
}

/** @throws SubgraphFault when there is no answer that can be used. */
export type Send = (call: SubgraphCall) => Promise<SubgraphAnswer>;

/** One concern of calling a subgraph. */
export type Wrapper = (send: Send) => Send;

/** Wraps a sender; the first of the list is the outermost. */
export function wrap(wrappers: readonly Wrapper[], innermost: Send): Send {
  return wrappers.reduceRight((send, wrapper) => wrapper(send), innermost);
}
