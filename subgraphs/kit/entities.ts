import {
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isObjectType,
} from "graphql";
import { failure } from "../../runtime/errors.ts";

/** Representations in one call at most. */
export const maxRepresentations = 1_000;

interface Representation {
  readonly __typename: string;
  readonly [field: string]: unknown;
}

type ReferenceResolver = (
  representation: Representation,
  context: unknown,
  info: GraphQLResolveInfo,
) => unknown;

/**
 * Replaces the stock `_entities` resolver, in which one bad representation blanks the whole answer. Here each
 * stands for itself: a bad one becomes null with an entry in `errors`, the others resolve.
 */
export function replaceEntitiesResolver(schema: GraphQLSchema): void {
  const field = schema.getQueryType()?.getFields()["_entities"];
  if (field !== undefined)
    field.resolve = resolveEntities as GraphQLFieldResolver<unknown, unknown>;
}

function resolveEntities(
  _parent: unknown,
  { representations }: { readonly representations: readonly unknown[] },
  context: unknown,
  info: GraphQLResolveInfo,
): readonly unknown[] | Promise<readonly unknown[]> {
  if (representations.length > maxRepresentations) {
    throw failure(
      "TOO_MANY_REPRESENTATIONS",
      `At most ${maxRepresentations} representations in one call; there were ${representations.length}.`,
      { maximum: maxRepresentations, value: representations.length },
    );
  }
  const entities = representations.map((one) => resolveOne(one, context, info));
  // graphql-js completes a list of values in one go, a list of promises each on its own.
  return entities.some((entity) => entity instanceof Promise) ? Promise.all(entities) : entities;
}

/** A value, an Error, or a promise of one of these that never rejects. */
function resolveOne(representation: unknown, context: unknown, info: GraphQLResolveInfo): unknown {
  try {
    if (!isRepresentation(representation)) throw failure("INVALID_REPRESENTATION");
    const type = info.schema.getType(representation.__typename);
    if (!isObjectType(type) || !isEntity(info.schema, type))
      throw failure("INVALID_REPRESENTATION");
    const resolve = referenceResolver(type);
    const entity = resolve === undefined ? representation : resolve(representation, context, info);
    return entity instanceof Promise
      ? entity.then((value) => named(value, type.name), asError)
      : named(entity, type.name);
  } catch (error) {
    return asError(error);
  }
}

function isRepresentation(value: unknown): value is Representation {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.hasOwn(value, "__typename") &&
    typeof (value as Representation).__typename === "string"
  );
}

function isEntity(schema: GraphQLSchema, type: GraphQLObjectType): boolean {
  const union = schema.getType("_Entity");
  return union !== undefined && "getTypes" in union && union.getTypes().includes(type);
}

function referenceResolver(type: GraphQLObjectType): ReferenceResolver | undefined {
  const apollo = type.extensions["apollo"] as
    | { readonly subgraph?: { readonly resolveReference?: ReferenceResolver } }
    | undefined;
  const resolve = apollo?.subgraph?.resolveReference;
  return resolve;
}

/** The `_Entity` union finds its type by `__typename`, which rows of a table do not have. A row is this request's own. */
function named(entity: unknown, typename: string): unknown {
  if (typeof entity !== "object" || entity === null || entity instanceof Error)
    return entity ?? null;
  const row = entity as { __typename?: string };
  row.__typename ??= typename;
  return row;
}

/** graphql-js turns an Error in a list into null at that index and an entry in `errors`. */
function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error), { cause: error });
}
