import {
  type GraphQLCompositeType,
  type GraphQLObjectType,
  getNamedType,
  isLeafType,
  type SelectionSetNode,
} from "graphql";
import { collectByType } from "./collect-by-type.ts";
import type { CollectedEntry, CollectedField, Collecting, Occurrence } from "./collect-fields.ts";
import { createNameOccurrences } from "./name-occurrences.ts";
import type { PlaceBuilder } from "./place-builder.ts";
import type { Field, OpenShape, ShapeCase, When } from "./program.ts";
import { and } from "./when.ts";
import { leafOf, wrappingOf } from "./wrapping.ts";

/**
 * How an answer is written, object by object; the first shape is the root's. Objects at one place that are selected in
 * the same way share a shape, so that it grows with the document and not with the number of its possible answers.
 */
export function compileShapes(
  root: PlaceBuilder,
  type: GraphQLObjectType,
  selectionSet: SelectionSetNode,
  collecting: Collecting,
): readonly OpenShape[] {
  const { denialOf } = collecting;
  const shapes: OpenShape[] = [];
  const known = new Map<string, number>();
  const nameOf = createNameOccurrences();

  function shapeOf(
    place: PlaceBuilder,
    parent: GraphQLCompositeType,
    occurrences: readonly Occurrence[],
    when: When,
  ): number {
    const name = [place.index, parent.name, when.join(), nameOf(occurrences)].join("|");
    const before = known.get(name);
    if (before !== undefined) return before;
    const index = shapes.push({ place: place.index, cases: [] }) - 1;
    known.set(name, index);
    const cases = groupTypes(parent, occurrences, when).map(({ entries, types }) => ({
      types: types.map((one) => one.name),
      fields: entries.map((entry) => fieldOf(entry, types[0] as GraphQLObjectType, place, when)),
    }));
    shapes[index] = { place: place.index, cases };
    return index;
  }

  /** Object types for which the same fields of the same types are written in the same order. */
  function groupTypes(
    parent: GraphQLCompositeType,
    occurrences: readonly Occurrence[],
    when: When,
  ): Group[] {
    const groups = new Map<string, Group>();
    for (const { entries, meets, type } of collectByType(parent, occurrences, when, collecting)) {
      const names = entries.map(({ field }) => field.node.name.value);
      const signature = [
        meets,
        ...names.map((name) => type.getFields()[name]?.type),
        ...names.map((name) => denialOf(type.name, name)?.signIn),
      ].join(" ");
      const group = groups.get(signature) ?? { types: [], entries };
      groups.set(signature, group);
      group.types.push(type);
    }
    return [...groups.values()];
  }

  function fieldOf(
    { field, unless, when }: CollectedEntry,
    on: GraphQLObjectType,
    place: PlaceBuilder,
    known: When,
  ): Field {
    const planned = field.key === field.given ? undefined : field.key;
    const base = { key: field.given, planned, when, unless };
    const name = field.node.name.value;
    if (name === "__typename") return { ...base, kind: "typename" };
    const definition = on.getFields()[name];
    if (definition === undefined) return { ...base, kind: "introspection" };
    const named = getNamedType(definition.type);
    const wrapping = wrappingOf(definition.type);
    const denial = denialOf(on.name, name);
    if (denial !== undefined) {
      return { ...base, ...denial, kind: "denied", nonNull: wrapping.nonNull };
    }
    if (isLeafType(named)) {
      const reads = place.reads(field.key);
      return { ...base, kind: "leaf", type: wrapping, leaf: leafOf(named), reads };
    }
    const child = place.child(field.key);
    return {
      ...base,
      kind: "object",
      type: wrapping,
      reads: child.readsFrom(place),
      shape: inside(child, named, field, known),
    };
  }

  /** What all selections of a field ask for holds where its objects are written. */
  function inside(
    child: PlaceBuilder,
    type: GraphQLCompositeType,
    { occurrences }: CollectedField,
    known: When,
  ): number {
    const [first] = occurrences;
    const common = (first?.when ?? []).filter((number) =>
      occurrences.every(({ when }) => when.includes(number)),
    );
    const rest = occurrences.map(({ set, when }) => ({
      set,
      when: when.filter((number) => !common.includes(number)),
    }));
    return shapeOf(child, type, rest, and(known, common) ?? known);
  }

  shapeOf(root, type, [{ set: selectionSet, when: [] }], []);
  return shapes;
}

interface Group {
  readonly types: GraphQLObjectType[];
  readonly entries: readonly CollectedEntry[];
}

/** All fields that objects of a shape can have. */
export function fieldsOf({ cases }: OpenShape): readonly Field[] {
  return cases.flatMap(({ fields }: ShapeCase) => fields);
}
