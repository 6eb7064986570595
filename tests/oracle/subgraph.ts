import { buildSubgraphSchema } from "@apollo/subgraph";
import {
  type DocumentNode,
  execute,
  type GraphQLFieldResolver,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
  validate,
} from "graphql";
import type { FieldFacts } from "./federation-facts.ts";
import type { OracleGraph } from "./oracle-graph.ts";
import {
  canonical,
  complete,
  evaluate,
  isOfType,
  type Place,
  placeOf,
  readOrCompute,
  typeOf,
  type World,
} from "./places.ts";
import type { Outcome } from "./question.ts";

/** A call as a gateway makes it. */
export interface SubgraphQuestion {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Answers with JSON of its own, as over HTTP. */
export type RunSubgraph = (question: SubgraphQuestion, world: World) => Promise<Outcome>;

/**
 * One subgraph over the example's data. It answers its own fields only, and refuses what a gateway must not ask: an
 * invalid operation, an external field that it does not provide there, a field whose required fields were not sent.
 */
export function createSubgraph(graph: OracleGraph, subgraph: string): RunSubgraph {
  const { documents, example, facts, whole } = graph;
  const typeDefs = documents.get(subgraph);
  const types = facts.get(subgraph);
  if (typeDefs === undefined || types === undefined) throw new Error(`no subgraph ${subgraph}`);
  const missing = example.missing[subgraph] ?? [];
  const stale = example.stale[subgraph] ?? {};

  const resolveReference = (sent: Record<string, unknown>, { things }: World): Place | null => {
    const typename = String(sent["__typename"]);
    const { keys = [] } = types.get(typename) ?? {};
    for (const [name, thing] of things) {
      const place = placeOf(name, thing);
      if (!isOfType(whole, place, typename) || missing.includes(name)) continue;
      const matches = (key: SelectionSetNode) => {
        const own = evaluate(
          key,
          place,
          whole,
          { root: {}, things },
          (at, field) => at.thing[field],
        );
        return !canonical(own).includes("null") && canonical(pick(key, sent)) === canonical(own);
      };
      if (!keys.some(matches)) continue;
      const known = isInterfaceType(schema.getType(typename)) ? typeOf(name) : typename;
      return { ...place, __typename: known, sent };
    }
    return null;
  };

  const keyed = [...types].filter(([, { keys }]) => keys.length > 0).map(([name]) => name);
  const schema = buildSubgraphSchema({
    typeDefs,
    resolvers: Object.fromEntries(
      keyed.map((name) => [name, { __resolveReference: resolveReference }]),
    ) as never,
  });

  const fieldResolver: GraphQLFieldResolver<Place | undefined, World> = (
    source,
    args,
    world,
    { fieldName, parentType, returnType },
  ) => {
    const place = source ?? { ...placeOf("", world.root, parentType.name), name: undefined };
    const type = types.get(parentType.name);
    const field = type?.fields.get(fieldName);
    const isKey = type?.keys.some((key) => selected(key, fieldName, place.__typename));
    const provided = selected(place.provided, fieldName, place.__typename);
    if (field?.external && !isKey && provided === undefined) {
      throw new Error(`${subgraph} does not provide ${parentType.name}.${fieldName} here`);
    }
    const held = stale[place.name ?? ""]?.[fieldName] ?? place.thing[fieldName];
    const compute = example.computed[`${parentType.name}.${fieldName}`];
    const value = readOrCompute(compute, place, held, {
      args,
      required: requiredOf(field, place),
      world,
    });
    const below = { selections: [...selectionsOf(field?.provides), ...selectionsOf(provided)] };
    return complete(value, returnType, world, {
      above: place,
      provided: { kind: Kind.SELECTION_SET, ...below },
    });
  };

  const readDocument = memoized((query: string): DocumentNode => {
    const document = parse(query);
    const [error] = validate(schema, document);
    if (error !== undefined) throw error;
    return document;
  });

  return async ({ query, operationName, variables }, world) => {
    let document: DocumentNode;
    try {
      document = readDocument(query);
    } catch (error) {
      return { errors: [{ message: `invalid for ${subgraph}: ${(error as Error).message}` }] };
    }
    const result = await execute({
      schema,
      document,
      variableValues: JSON.parse(JSON.stringify(variables)),
      operationName,
      contextValue: world,
      fieldResolver: fieldResolver as GraphQLFieldResolver<unknown, unknown>,
      typeResolver: (place) => (place as Place).__typename,
    });
    return JSON.parse(JSON.stringify(result)) as Outcome;
  };

  function requiredOf(field: FieldFacts | undefined, { sent, __typename }: Place) {
    if (field?.requires === undefined) return {};
    const required = pick(field.requires, sent ?? {}, (condition) =>
      isOfType(whole, placeOf("", {}, __typename), condition),
    );
    for (const [name, value] of Object.entries(required)) {
      if (value === undefined) throw new Error(`${subgraph} was not sent ${__typename}.${name}`);
    }
    return required;
  }

  function selected(
    set: SelectionSetNode | undefined,
    field: string,
    typename: string,
  ): SelectionSetNode | undefined {
    const found = selectionsOf(set).flatMap((selection): readonly SelectionSetNode[] => {
      if (selection.kind === Kind.FIELD) {
        const empty: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [] };
        return selection.name.value === field ? [selection.selectionSet ?? empty] : [];
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
      const condition = selection.typeCondition?.name.value;
      const type = whole.getType(typename);
      if (condition !== undefined && isObjectType(type)) {
        if (!isOfType(whole, placeOf("", {}, typename), condition)) return [];
      }
      return [selected(selection.selectionSet, field, typename)].filter((set) => set !== undefined);
    });
    if (found.length === 0) return undefined;
    return { kind: Kind.SELECTION_SET, selections: found.flatMap(selectionsOf) };
  }
}

function selectionsOf(set: SelectionSetNode | undefined): SelectionSetNode["selections"] {
  return set?.selections ?? [];
}

/** Those fields of a representation that a field set names. */
function pick(
  set: SelectionSetNode,
  sent: unknown,
  isType: (condition: string) => boolean = () => true,
): Record<string, unknown> {
  const from = (sent ?? {}) as Record<string, unknown>;
  const picked: Record<string, unknown> = {};
  for (const selection of set.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value;
      if (condition === undefined || isType(condition)) {
        Object.assign(picked, pick(selection.selectionSet, from));
      }
    } else if (selection.kind === Kind.FIELD) {
      const { selectionSet } = selection;
      const inner = (value: unknown): unknown => {
        if (Array.isArray(value)) return value.map(inner);
        if (selectionSet === undefined || value === null || value === undefined) return value;
        return pickTyped(selectionSet, value);
      };
      picked[selection.name.value] = inner(from[selection.name.value]);
    }
  }
  return picked;
}

/** Of an object inside a representation, which says by `__typename` which fragments are its own. */
function pickTyped(set: SelectionSetNode, value: unknown): Record<string, unknown> {
  const { __typename } = value as { __typename?: unknown };
  return pick(set, value, (condition) => __typename === undefined || __typename === condition);
}

function memoized<Result>(make: (key: string) => Result): (key: string) => Result {
  const made = new Map<string, Result>();
  return (key) => {
    const found = made.get(key);
    if (found !== undefined) return found;
    const result = make(key);
    made.set(key, result);
    return result;
  };
}
