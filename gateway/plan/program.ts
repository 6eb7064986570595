import type { OperationTypeNode, VariableDefinitionNode } from "graphql";
import type { Requirement } from "../request.ts";
import type { OperationCost } from "./cost/cost.ts";
import type { ExplainedPlan } from "./explain-plan.ts";

/**
 * Everything about an operation that depends on its document alone, as plain JSON: whom to ask for what, where each value of
 * the answer comes from, and how the answer is written. Numbers are indexes into the lists of the program.
 *
 * What subgraphs answer is never changed. A **place** is a path of the answer without list indexes; at run time its objects
 * have one or more **layers**: what fetches that run through the place gave (base layers), and the entities that fetches at
 * the place gave for them (joins). A **read** says in which layer, and under which key, a value is found.
 */
export interface Program {
  readonly type: OperationTypeNode;
  readonly name: string | undefined;
  readonly variables: readonly Variable[];
  /** Names, in `variables`, of those that `@skip` and `@include` look at; see `When`. */
  readonly switches: readonly string[];
  /** Nothing to fetch: undefined. */
  readonly plan: Step | undefined;
  /** Of an operation that was compiled to be explained. */
  readonly explained: ExplainedPlan | undefined;
  readonly fetches: readonly Fetch[];
  readonly places: readonly Place[];
  readonly shapes: readonly Shape[];
  /** Interfaces whose name an object's `__typename` is, where a subgraph does not know its implementations. */
  readonly interfaceObjects: readonly string[];
  /** An operation with what the document asks of the schema itself; undefined when it asks nothing of it. */
  readonly introspection: string | undefined;
  /** All that its fields require of a viewer; those who do not meet all of it get another program. */
  readonly requirements: readonly Requirement[];
  readonly cost: OperationCost;
}

export interface Variable {
  /** What the client calls it. */
  readonly given: string;
  /** What everything after the client calls it: another name where the client's has a meaning of its own. */
  readonly name: string;
  /** Its `variable` has the name above. */
  readonly definition: VariableDefinitionNode;
}

export type Step =
  | { readonly kind: "fetch"; readonly fetch: number }
  | { readonly kind: "sequence"; readonly steps: readonly Step[] }
  | { readonly kind: "parallel"; readonly steps: readonly Step[] }
  | {
      readonly kind: "condition";
      /** Index of the switch that decides. */
      readonly on: number;
      readonly yes: Step | undefined;
      readonly no: Step | undefined;
    };

export interface Fetch {
  readonly subgraph: string;
  readonly document: string;
  readonly name: string | undefined;
  readonly type: OperationTypeNode;
  /** Names, in the program's `variables`, of those that the document uses. */
  readonly variables: readonly string[];
  /** Where its result belongs: the place 0 is the root of the answer. */
  readonly place: number;
  /** The way from the root to the place; empty for a root fetch. */
  readonly path: readonly PathStep[];
  /** The way's keys before its first list: the nearest that is known of an error without a place of its own. */
  readonly prefix: readonly string[];
  /** What to send of each object at the place; undefined when the fetch asks its root type, not for entities. */
  readonly requires: readonly RequiredFragment[] | undefined;
  /** Names that `__typename` of an entity may have in the answer. */
  readonly entityTypes: readonly string[];
  readonly inputRewrites: readonly Rewrite[];
  /** Keys that the subgraph answers under other names than the plan's, as its errors' paths say them. */
  readonly renamed: Readonly<Record<string, string>>;
  /** Variables of the document whose values stand further up in the answer (`@fromContext`). */
  readonly context: readonly ContextVariable[];
  /** Undefined: what it gives is not kept. */
  readonly keeping?: Keeping | undefined;
}

/** For whom something may be kept: for everyone, or for one viewer. */
export type Scope = "PUBLIC" | "PRIVATE";

/** How long, for whom and under which tags what a fetch gives may be kept. */
export interface Keeping {
  readonly scope: Scope;
  /** Seconds, above 0. */
  readonly maxAge: number;
  /** What drops it; none: time alone. */
  readonly tags: readonly TagTemplate[];
}

export interface TagTemplate {
  /** It is for entities of this type only. */
  readonly type: string | undefined;
  readonly parts: readonly TagPart[];
}

/** A text, or where its value is found: in a variable of the program, in an entity's representation, or who asks. */
export type TagPart =
  | string
  | { readonly kind: "variable"; readonly name: string; readonly path: readonly string[] }
  | { readonly kind: "key"; readonly path: readonly string[] }
  | { readonly kind: "viewer" };

export interface ContextVariable {
  readonly name: string;
  /** How many steps of the fetch's path to go back before going down again; the root is at the length of the path. */
  readonly up: number;
  /** The value is taken from objects of these types only; undefined: from any. */
  readonly types: readonly string[] | undefined;
  readonly field: RequiredField;
}

export interface PathStep {
  readonly place: number;
  /** Only objects of these types go on; undefined: all. */
  readonly types: readonly string[] | undefined;
}

/** The layers at a place: first the base ones, then one for each fetch of `joins`. */
export interface Place {
  /** The place whose objects have a field that leads here; undefined for the root. */
  readonly parent: number | undefined;
  /** In the layers of the parent: one for each base layer, in their order. */
  readonly reads: readonly Read[];
  readonly base: number;
  readonly joins: readonly number[];
  /** Of `__typename`, which some layers know better than others: one may say an interface's name. */
  readonly typename: readonly Read[];
  /** Keys of the base layer whose values decide what joins; undefined where each object stands for itself. */
  readonly identity: readonly string[] | undefined;
}

export interface Read {
  readonly layer: number;
  readonly key: string;
  /** Of `__typename`: that of all objects of the layer, which nobody asked for. */
  readonly type?: string;
}

/** Sent only as a whole: when one of its fields is missing from an object, so are the others. */
export interface RequiredFragment {
  /** Names of types to whose objects it applies; undefined: to all. */
  readonly types: readonly string[] | undefined;
  readonly fields: readonly RequiredField[];
}

export interface RequiredField {
  readonly key: string;
  /** Left out when none of these holds, as then nobody was asked for it, nor for what requires it. */
  readonly when: readonly When[];
  readonly reads: readonly Read[];
  /** Of an object: where it is, and what to send of it. */
  readonly within:
    | { readonly place: number; readonly requires: readonly RequiredFragment[] }
    | undefined;
}

export type Rewrite = ValueSetter | KeyRenamer;

/** A key, or the names of the types whose objects are meant. */
export type RewriteStep = string | { readonly types: readonly string[] };

interface ValueSetter {
  readonly kind: "ValueSetter";
  readonly path: readonly RewriteStep[];
  readonly setValueTo: unknown;
}

interface KeyRenamer {
  readonly kind: "KeyRenamer";
  readonly path: readonly RewriteStep[];
  readonly renameKeyTo: string;
}

/**
 * All of these must hold. `n + 1` stands for "switch n is true", `-(n + 1)` for "switch n is false".
 */
export type When = readonly number[];

/** How the objects at a place are written. */
export interface Shape {
  readonly place: number;
  readonly cases: readonly ShapeCase[];
  /** Whether objects alike in the place's identity are written alike. */
  readonly decided: boolean;
}

export interface ShapeCase {
  /** Names of the object types that are written like this. */
  readonly types: readonly string[];
  readonly fields: readonly Field[];
}

interface FieldBase {
  readonly key: string;
  /** The key that the plan has for it, where that is another. */
  readonly planned: string | undefined;
  readonly when: When;
  /** Not written when one of these holds: the field has been written further up then. */
  readonly unless: readonly When[];
}

export type Field =
  | (FieldBase & { readonly kind: "typename" })
  | (FieldBase & { readonly kind: "introspection" })
  | (FieldBase & {
      /** Null, as the viewer does not meet what it requires. */
      readonly kind: "denied";
      readonly nonNull: boolean;
      /** Whether signing in might help. */
      readonly signIn: boolean;
    })
  | (FieldBase & {
      readonly kind: "leaf";
      readonly type: Wrapping;
      readonly leaf: Leaf;
      readonly reads: readonly Read[];
    })
  | (FieldBase & {
      readonly kind: "object";
      readonly type: Wrapping;
      readonly reads: readonly Read[];
      readonly shape: number;
    });

/** `[T!]` is nullable with one list of items that are not. */
export interface Wrapping {
  readonly nonNull: boolean;
  /** For each list, from the outermost, whether its items are non-null. */
  readonly items: readonly boolean[];
}

export type Leaf =
  | { readonly kind: "Int" | "Float" | "String" | "Boolean" | "ID" | "any" }
  | { readonly kind: "enum"; readonly values: readonly string[] };

/** A place and a shape before it is known what tells the objects there apart. */
export type OpenPlace = Omit<Place, "identity">;
export type OpenShape = Omit<Shape, "decided">;
