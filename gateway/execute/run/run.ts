import type { When } from "../../plan/program.ts";
import type { SubgraphAnswer, SubgraphError } from "../../upstream/send.ts";

/** An object as a subgraph answered it. Never changed: it may stand at several places, and in several requests. */
export type JsonObject = Readonly<Record<string, unknown>>;

export type Path = readonly (string | number)[];

/** An error as it goes into the answer. */
export interface AnswerError {
  readonly message: string;
  readonly path?: Path;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** Why a whole call gave nothing, and how many places of the answer have said so. */
export interface Failure {
  readonly errors: readonly SubgraphError[];
  readonly prefix: readonly string[];
  shown: number;
}

/** What a fetch gave for one object that it was asked about, or, at the root, for all it was asked. */
export interface Given {
  data: JsonObject | undefined;
  /** Of the object, their paths beginning at it. */
  errors: SubgraphError[] | undefined;
  failure: Failure | undefined;
}

/** The same at a place of the answer. */
export interface Joined {
  readonly given: Given;
  /** Of the object there, once it was written without an error, by the shape of that number. */
  text: string | undefined;
  shape: number;
}

/** A call as a fetch makes it. */
export interface FetchCall {
  readonly subgraph: string;
  readonly document: string;
  /** The beginning of a request's JSON, up to the variables. */
  readonly head: string;
  readonly name: string | undefined;
  readonly type: "query" | "mutation" | "subscription";
  /** JSON text of an object. */
  readonly variables: string;
}

/** @throws SubgraphFault */
export type MakeCall = (call: FetchCall) => Promise<SubgraphAnswer>;

/** What one request needs while it runs. */
export interface Run {
  readonly call: MakeCall;
  /** JSON texts of the variables that the client gave, by their names in the program. */
  readonly variables: ReadonlyMap<string, string>;
  /** Values of the program's switches. */
  readonly switches: readonly boolean[];
  /** For each fetch what it gave, by the first object that stands at the place. */
  readonly joins: (Map<object, Joined> | undefined)[];
  /** What calls that are alike were given, by representation; for fetches that say so. */
  readonly known: (KnownEntities | undefined)[];
  /** The JSON text of an introspection field. */
  readonly introspect: (key: string) => string;
  /** Where the writer is. */
  readonly path: (string | number)[];
  readonly errors: AnswerError[];
  readonly failures: Failure[];
  /** Errors that say why something is null that no subgraph gave an error for. */
  reasons: number;
}

/** What fetches that ask the same subgraph the same have been given so far, and what they wait for. */
export interface KnownEntities {
  readonly given: Map<string, Given>;
  readonly waiting: Set<Promise<void>>;
}

export function holds(when: When, { switches }: Run): boolean {
  return when.every((number) => switches[Math.abs(number) - 1] === number > 0);
}

/** What stands at the root before anything is fetched. */
export const root: JsonObject = Object.freeze({});
