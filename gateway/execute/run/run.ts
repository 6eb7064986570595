import type { Field, Keeping, When } from "../../plan/program.ts";
import type { SubgraphAnswer, SubgraphError } from "../../upstream/send.ts";

/** An object as a subgraph answered it. Never changed: it may stand at several places, and in several requests. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** An object of the answer before what was fetched for it: itself, or what several fetches gave of it. */
export type Position = JsonObject | readonly (JsonObject | undefined)[];

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

/** Objects at a place that are the same entity, as far as anyone can tell who is asked about them. */
export interface Entity {
  /** One of the objects. */
  readonly sample: Position;
  /** How many there are. */
  objects: number;
  /** For each join of the place, what was fetched. */
  readonly given: (Given | undefined)[];
  /** Of each of the objects, once one was written without an error, by the shape of that number. */
  text: string | undefined;
  shape: number;
}

/** The objects at a place, as far as they are known. */
export interface Gathered {
  /** Each once, however often it stands in the answer. */
  readonly positions: Position[];
  readonly entities: Entity[];
  /** By object, or by each of the parts of one that has several; undefined where their values tell. */
  readonly entityOf: Map<object, Entity> | undefined;
  /** By the first value of their identity, and, for those that are alike in that alone, by all of them. */
  byValue: Map<unknown, Entity> | undefined;
  byValues: Map<string, Entity> | undefined;
}

/** A call as a fetch makes it. */
export interface FetchCall {
  readonly subgraph: string;
  readonly document: string;
  /** The beginning of a request's JSON, up to the variables. */
  readonly head: string;
  /** Tells subgraph and head apart from every other, in less than their own length. */
  readonly question: string;
  readonly name: string | undefined;
  readonly type: "query" | "mutation" | "subscription";
  /** JSON text of an object. */
  readonly variables: string;
  /** JSON texts of the variables that the client gave. */
  readonly given: ReadonlyMap<string, string>;
  /** Where its answer belongs, up to the first list. */
  readonly prefix: readonly string[];
  /** Undefined: what it gives is not kept. */
  readonly keeping: Keeping | undefined;
  /** Of a call for entities that are kept: the texts of their representations, and the rest of `variables` behind them. */
  readonly entities: { readonly texts: readonly string[]; readonly rest: string } | undefined;
}

/**
 * @param key tells the call apart from every other, and for whom it is made: from who has it at hand
 * @throws SubgraphFault
 */
export type MakeCall = (call: FetchCall, key?: string) => Promise<SubgraphAnswer>;

/** What one request needs while it runs. */
export interface Run {
  readonly call: MakeCall;
  /** JSON texts of the variables that the client gave, by their names in the program. */
  readonly variables: ReadonlyMap<string, string>;
  /** Values of the program's switches. */
  readonly switches: readonly boolean[];
  /** Whether nobody has signed in. */
  readonly anonymous: boolean;
  /** By place. */
  readonly gathered: (Gathered | undefined)[];
  /** What calls that are alike were given, by representation; for fetches that say so. */
  readonly known: (KnownEntities | undefined)[];
  /** The JSON text of an introspection field. */
  readonly introspect: (key: string) => string;
  /** Whether no text in what has been answered so far needs an escape in JSON. */
  plain: boolean;
  /** What has been written of the answer's data. Adding to a string costs less than putting pieces together at the end. */
  text: string;
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

export function holds(when: When, { switches }: Pick<Run, "switches">): boolean {
  return when.every((number) => switches[Math.abs(number) - 1] === number > 0);
}

/** Whether a field is written where it stands. */
export function isWritten(
  { unless, when }: Pick<Field, "unless" | "when">,
  run: Pick<Run, "switches">,
): boolean {
  return holds(when, run) && !unless.some((other) => holds(other, run));
}

/** What stands at the root before anything is fetched. */
export const root: JsonObject = Object.freeze({});
