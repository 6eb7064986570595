import { fieldsOf } from "./compile-shapes.ts";
import type {
  Fetch,
  OpenPlace,
  OpenShape,
  Place,
  Read,
  RequiredFragment,
  Shape,
} from "./program.ts";

/** Values that a key is made of at most: beyond it, writing an object twice is cheaper than telling that it is the same. */
const mostValues = 6;

/**
 * Finds, for each place at which entities join, the values of an object's base layer that decide which entities those are:
 * objects alike in them share what is fetched. Where the same values, or a few more, are all that the answer has of the base
 * layer, they decide the text of the object as well.
 */
export function classifyPlaces(
  places: readonly OpenPlace[],
  shapes: readonly OpenShape[],
  fetches: readonly Fetch[],
): { readonly places: readonly Place[]; readonly shapes: readonly Shape[] } {
  const identities = places.map((place) => identityOf(place, fetches));
  const decided = shapes.map((shape) => {
    const identity = identities[shape.place];
    const place = places[shape.place];
    const values = identity && place && baseValues(shape, place);
    if (identity === undefined || values === undefined) return false;
    const all = union(identity, values);
    if (all.length > mostValues) return false;
    identities[shape.place] = all;
    return true;
  });
  return {
    places: places.map((place, index) => ({ ...place, identity: identities[index] })),
    shapes: shapes.map((shape, index) => ({ ...shape, decided: decided[index] === true })),
  };
}

/** Keys of the base layer; undefined where each object stands for itself. */
function identityOf(place: OpenPlace, fetches: readonly Fetch[]): readonly string[] | undefined {
  const joined = place.joins.map((index) => fetches[index] as Fetch);
  if (place.base !== 1 || joined.every(({ requires }) => requires === undefined)) return undefined;
  // What is asked of some objects only, or depends on those above, is not decided by the object.
  const anyContext = fetches.some(({ context }) => context.length > 0);
  if (anyContext || joined.some(({ path }) => path.some(({ types }) => types !== undefined))) {
    return undefined;
  }
  const keys = joined.map(({ requires = [] }) => requiredValues(requires));
  if (keys.some((some) => some === undefined)) return undefined;
  const all = keys.reduce<readonly string[]>((one, other) => union(one, other ?? []), []);
  const withTypename = union(all, baseKeys(place.typename));
  return withTypename.length > mostValues ? undefined : withTypename;
}

/** Of the base layer; undefined when more than plain values is required. */
function requiredValues(requires: readonly RequiredFragment[]): readonly string[] | undefined {
  const fields = requires.flatMap((fragment) => fragment.fields);
  if (fields.some(({ reads, within }) => within !== undefined && baseKeys(reads).length > 0)) {
    return undefined;
  }
  return fields.flatMap(({ reads }) => baseKeys(reads));
}

/** What the answer has of the base layer; undefined when that is more than plain values. */
function baseValues(shape: OpenShape, place: OpenPlace): readonly string[] | undefined {
  const fields = fieldsOf(shape).filter(
    (field) => "reads" in field && baseKeys(field.reads).length > 0,
  );
  const isPlain = fields.every(
    (field) => field.kind === "leaf" && field.type.items.length === 0 && field.leaf.kind !== "any",
  );
  if (!isPlain) return undefined;
  return union(
    baseKeys(place.typename),
    fields.flatMap((field) => ("reads" in field ? baseKeys(field.reads) : [])),
  );
}

function baseKeys(reads: readonly Read[]): readonly string[] {
  return reads.flatMap(({ key, layer, type }) => (layer === 0 && type === undefined ? key : []));
}

function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])];
}
