import {
  type FieldNode,
  GraphQLError,
  type GraphQLOutputType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isListType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from "graphql";
import type { Compute, Thing, Value } from "./example.ts";

/** The data of one run. Mutations change it. */
export interface World {
  readonly root: Thing;
  readonly things: ReadonlyMap<string, Thing>;
}

/** An object of the data while a schema is executed on it. */
export interface Place {
  readonly __typename: string;
  readonly thing: Thing;
  /** `Type:id`; a value inside another has none. */
  readonly name: string | undefined;
  /** The object in whose field this one stands. */
  readonly above: Place | undefined;
  /** What a gateway sent when it asked for this entity. */
  readonly sent: Readonly<Record<string, unknown>> | undefined;
  /** Fields that a subgraph answers here only, by `@provides`. */
  readonly provided: SelectionSetNode | undefined;
}

export type Args = Readonly<Record<string, unknown>>;

export function createWorld(root: Thing, things: Readonly<Record<string, Thing>>): World {
  const copy = structuredClone({ root, things });
  return { root: copy.root, things: new Map(Object.entries(copy.things)) };
}

export function placeOf(name: string, thing: Thing, typename = typeOf(name)): Place {
  return {
    __typename: typename,
    thing,
    name,
    above: undefined,
    sent: undefined,
    provided: undefined,
  };
}

export function typeOf(name: string): string {
  return name.slice(0, name.indexOf(":"));
}

/** A value of the data as graphql-js completes it: objects are places, failures are errors. */
export function complete(
  value: Value | undefined,
  type: GraphQLOutputType,
  world: World,
  from: Pick<Place, "above" | "provided">,
): unknown {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) {
    const inner = getNullableType(type);
    const itemType = isListType(inner) ? inner.ofType : inner;
    return value.map((item: Value) => complete(item, itemType, world, from));
  }
  if (typeof value !== "object") return value;
  if ("$fails" in value) return new GraphQLError(String(value["$fails"]));
  const named = getNamedType(type);
  if (!isCompositeType(named)) return value;
  if ("$ref" in value) {
    const name = String(value["$ref"]);
    const thing = world.things.get(name);
    if (thing === undefined) throw new Error(`the data has no ${name}`);
    const typename = isObjectType(named) ? named.name : typeOf(name);
    return { ...placeOf(name, thing, typename), ...from };
  }
  const thing = value as Thing;
  const typename = isObjectType(named) ? named.name : String(thing["__typename"]);
  return { __typename: typename, thing, name: undefined, sent: undefined, ...from };
}

/** Arguments that no computation reads show in strings and numbers, so that a lost one is seen. */
function showArguments(value: Value | undefined, args: Args): Value | undefined {
  const given = Object.entries(args).filter(([, argument]) => argument !== undefined);
  if (given.length === 0) return value;
  const text = canonical(Object.fromEntries(given));
  if (Array.isArray(value)) return value.map((item) => showArguments(item, args) ?? null);
  if (typeof value === "string") return `${value} ${text}`;
  if (typeof value === "number") return value + text.length;
  return value;
}

/** JSON with sorted keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(",")}}`;
}

/** Reads one field of the data; a monolith and a subgraph differ in this. */
export type ReadField = (place: Place, field: string, args: Args) => Value | undefined;

/**
 * The answer to a field set, as a subgraph would send it to a gateway: an error is null there. `schema` is the whole
 * supergraph's, as a field set may name what clients do not see.
 */
export function evaluate(
  selections: SelectionSetNode,
  place: Place,
  schema: GraphQLSchema,
  world: World,
  read: ReadField,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const selection of selections.selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) throw new Error("a field set has no fragments");
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value;
      if (condition === undefined || isOfType(schema, place, condition)) {
        Object.assign(result, evaluate(selection.selectionSet, place, schema, world, read));
      }
      continue;
    }
    result[selection.name.value] = evaluateField(selection, place, schema, world, read);
  }
  return result;
}

function evaluateField(
  node: FieldNode,
  place: Place,
  schema: GraphQLSchema,
  world: World,
  read: ReadField,
): unknown {
  const name = node.name.value;
  if (name === "__typename") return place.__typename;
  const parent = schema.getType(place.__typename);
  const definition =
    isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
  if (definition === undefined) throw new Error(`no field ${place.__typename}.${name}`);
  const value = read(place, name, getArgumentValues(definition, node));
  const completed = complete(value, definition.type, world, { above: place, provided: undefined });
  const type = getNamedType(definition.type);
  const toJson = (item: unknown): unknown => {
    if (item === null || item instanceof Error) return null;
    if (Array.isArray(item)) return item.map(toJson);
    if (isLeafType(type)) return type.serialize(item);
    return node.selectionSet === undefined
      ? null
      : evaluate(node.selectionSet, item as Place, schema, world, read);
  };
  return toJson(completed);
}

export function isOfType(schema: GraphQLSchema, place: Place, condition: string): boolean {
  if (place.__typename === condition) return true;
  const [abstract, object] = [schema.getType(condition), schema.getType(place.__typename)];
  return isAbstractType(abstract) && isObjectType(object) && schema.isSubType(abstract, object);
}

/** The value of a field that has no rule of its own, or its computation's. */
export function readOrCompute(
  compute: Compute | undefined,
  place: Place,
  value: Value | undefined,
  inputs: { readonly args: Args; readonly required: Args; readonly world: World },
): Value | undefined {
  const { args, required, world } = inputs;
  if (compute === undefined) return showArguments(value, args);
  return compute({ own: place.thing, args, required, things: world.things });
}
