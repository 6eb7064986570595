import { fieldsOf } from "./compile-shapes.ts";
import type { Fetch, Place, Read, RequiredFragment, Shape } from "./program.ts";

/**
 * The fetch at a shape's place whose representation has all that the text of an object there is made of, besides what
 * fetches gave for that representation. Two objects with the same representation are then written alike, and the
 * second one costs nothing.
 */
export function findDecisive(
  shape: Omit<Shape, "decidedBy">,
  places: readonly Place[],
  fetches: readonly Fetch[],
): number | undefined {
  const place = places[shape.place];
  if (place === undefined || place.base !== 1) return undefined;
  const joined = place.joins.map((index) => ({ index, fetch: fetches[index] as Fetch }));
  if (joined.some(({ fetch }) => fetch.path.some(({ types }) => types !== undefined))) {
    return undefined;
  }
  const needed = new Set(
    [
      ...place.typename,
      ...fieldsOf(shape).flatMap((field) => ("reads" in field ? field.reads : [])),
      ...joined.flatMap(({ fetch }) => readsOf(fetch.requires ?? [])),
    ]
      .filter(({ layer }) => layer === 0)
      .map(({ key }) => key),
  );
  return joined.find(({ fetch }) => {
    const { context, inputRewrites, requires } = fetch;
    if (requires === undefined || context.length + inputRewrites.length > 0) return false;
    return [...needed].every((needs) =>
      requires.every(({ fields }) =>
        fields.some(({ key, within }) => key === needs && within === undefined),
      ),
    );
  })?.index;
}

function readsOf(requires: readonly RequiredFragment[]): readonly Read[] {
  return requires.flatMap(({ fields }) => fields.flatMap(({ reads }) => reads));
}
