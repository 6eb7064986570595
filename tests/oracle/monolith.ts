import {
  execute,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  isObjectType,
  parse,
  validate,
} from "graphql";
import type { Value } from "./example.ts";
import type { FieldFacts } from "./federation-facts.ts";
import type { OracleGraph } from "./oracle-graph.ts";
import {
  type Args,
  complete,
  createWorld,
  evaluate,
  isOfType,
  type Place,
  placeOf,
  readOrCompute,
  type World,
} from "./places.ts";
import type { Outcome, RunOperation } from "./question.ts";

/** One graphql-js schema that knows all the data: what a gateway must answer. */
export function createMonolith(graph: OracleGraph): RunOperation {
  const { api, example } = graph;

  const fieldResolver: GraphQLFieldResolver<Place | undefined, World> = (
    source,
    args,
    world,
    { fieldName, parentType, returnType },
  ) => {
    const place = source ?? rootPlace(parentType, world);
    const value = readField(graph, world, place, fieldName, args);
    return complete(value, returnType, world, { above: place, provided: undefined });
  };

  return async ({ document, operationName, variables }): Promise<Outcome> => {
    const parsed = parse(document);
    const errors = validate(api, parsed);
    if (errors.length > 0) return { errors: errors.map((error) => error.toJSON()) };
    const result = await execute({
      schema: api,
      document: parsed,
      variableValues: variables,
      operationName,
      contextValue: createWorld(example.root, example.things),
      fieldResolver: fieldResolver as GraphQLFieldResolver<unknown, unknown>,
      typeResolver: (place) => (place as Place).__typename,
    });
    return JSON.parse(JSON.stringify(result)) as Outcome;
  };
}

function rootPlace({ name }: GraphQLObjectType, { root }: World): Place {
  return { ...placeOf("", root, name), name: undefined };
}

function readField(
  graph: OracleGraph,
  world: World,
  place: Place,
  field: string,
  args: Args,
): Value | undefined {
  const owners = ownersOf(graph, place.__typename, field);
  const { computed, missing } = graph.example;
  const { name } = place;
  const isKnown = ({ subgraph }: Owner) => !missing[subgraph]?.includes(name ?? "");
  if (name !== undefined && owners.length > 0 && !owners.some(isKnown)) return null;

  const read = (at: Place, inner: string, given: Args) => readField(graph, world, at, inner, given);
  const { requires, fromContext = [] } = owners[0]?.facts ?? {};
  const required = requires ? evaluate(requires, place, graph.whole, world, read) : {};
  const contextual = fromContext.map(({ argument, context, selection }) => {
    const holder = nearest(graph, place, context);
    const values = holder ? evaluate(selection, holder, graph.whole, world, read) : {};
    return [argument, Object.values(values)[0]];
  });
  const compute = owners
    .map(({ type }) => computed[`${type}.${field}`])
    .find((candidate) => candidate !== undefined);
  return readOrCompute(compute, place, place.thing[field], {
    args: { ...args, ...Object.fromEntries(contextual) },
    required,
    world,
  });
}

interface Owner {
  readonly subgraph: string;
  readonly type: string;
  readonly facts: FieldFacts;
}

/** Who can answer a field: the subgraphs that define it on the type, or on an interface object that it is one of. */
function ownersOf({ facts, api }: OracleGraph, typename: string, field: string): readonly Owner[] {
  const type = api.getType(typename);
  const interfaces = isObjectType(type) ? type.getInterfaces().map(({ name }) => name) : [];
  return [...facts].flatMap(([subgraph, types]) =>
    [typename, ...interfaces].flatMap((name) => {
      const found = types.get(name);
      const fieldFacts = found?.fields.get(field);
      const answers = name === typename || found?.isInterfaceObject;
      if (fieldFacts === undefined || !answers) return [];
      if (fieldFacts.external || fieldFacts.overridden) return [];
      return [{ subgraph, type: name, facts: fieldFacts }];
    }),
  );
}

/** The nearest object, from this one upwards, whose type sets the context. */
function nearest({ facts, whole }: OracleGraph, from: Place, context: string): Place | undefined {
  const types = [...facts.values()].flatMap((subgraph) =>
    [...subgraph].flatMap(([name, { contexts }]) => (contexts.includes(context) ? [name] : [])),
  );
  for (let place: Place | undefined = from; place !== undefined; place = place.above) {
    const candidate = place;
    if (types.some((type) => isOfType(whole, candidate, type))) return candidate;
  }
  return undefined;
}
