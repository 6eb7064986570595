import { type FieldNode, Kind, type SelectionSetNode } from "graphql";
import { type Definitions, selectedIn } from "./definitions.ts";

/** What a document selects at one place of the answer, wherever in its text that stands. */
export interface PlaceSelections {
  /** By the name under which they stand in the answer. */
  readonly fields: ReadonlyMap<string, readonly FieldNode[]>;
  /** How many fragments were put in place here. */
  readonly fragments: number;
}

/** Every place of the answer, those of one root after the other. Takes as long as there are selections, fragments in place. */
export function* placesOf({ fragments, roots }: Definitions): Generator<PlaceSelections> {
  const waiting: (readonly SelectionSetNode[])[] = roots.map((root) => [root]);
  for (let sets = waiting.pop(); sets !== undefined; sets = waiting.pop()) {
    const place = placeOf(sets, fragments);
    for (const fields of place.fields.values()) {
      const below = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (below.length > 0) waiting.push(below);
    }
    yield place;
  }
}

/** @param sets the selection sets that meet at this place */
export function placeOf(
  sets: readonly SelectionSetNode[],
  fragments: Definitions["fragments"],
): PlaceSelections {
  const fields = new Map<string, FieldNode[]>();
  let spread = 0;

  function collect(selectionSet: SelectionSetNode): void {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const same = fields.get(name);
        if (same === undefined) fields.set(name, [selection]);
        else same.push(selection);
        continue;
      }
      spread += 1;
      const selected = selectedIn(selection, fragments);
      if (selected !== undefined) collect(selected);
    }
  }

  for (const set of sets) collect(set);
  return { fields, fragments: spread };
}
