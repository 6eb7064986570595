import type { GraphQLFormattedError } from "graphql";

/** Places that one error tells at most. */
const mostPlaces = 10;

/** One error for all places at which a document has the same mistake, so that an answer says as much as there is to say. */
export function mergeErrors(
  errors: readonly GraphQLFormattedError[],
): readonly GraphQLFormattedError[] {
  const merged = new Map<string, GraphQLFormattedError>();
  for (const error of errors) {
    const key = JSON.stringify([error.message, error.path, error.extensions]);
    const before = merged.get(key);
    const locations = [...(before?.locations ?? []), ...(error.locations ?? [])];
    merged.set(key, {
      ...error,
      ...(locations.length > 0 && { locations: locations.slice(0, mostPlaces) }),
    });
  }
  return [...merged.values()];
}
