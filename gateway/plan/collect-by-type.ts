import {
  type GraphQLCompositeType,
  type GraphQLObjectType,
  isAbstractType,
  Kind,
  type SelectionSetNode,
} from "graphql";
import {
  appliesTo,
  type CollectedEntry,
  type Collecting,
  collectFields,
  type Occurrence,
} from "./collect-fields.ts";
import type { Fragments } from "./fragments-of.ts";
import type { When } from "./program.ts";

/** What is selected of the objects of one type. */
export interface CollectedType {
  readonly type: GraphQLObjectType;
  /** Which type conditions of the selections its objects meet: types alike in them have the same entries. */
  readonly meets: string;
  readonly entries: readonly CollectedEntry[];
}

/**
 * Collects the fields of each object type that a selection may meet.
 * @param known what holds already where the object is written
 */
export function collectByType(
  parent: GraphQLCompositeType,
  occurrences: readonly Occurrence[],
  known: When,
  collecting: Collecting,
): readonly CollectedType[] {
  const { fragments, schema } = collecting;
  const conditions = [...conditionsOf(occurrences, fragments)];
  const collected = new Map<string, readonly CollectedEntry[]>();
  const types = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent];
  return types.map((type) => {
    const meets = conditions.map((name) => Number(appliesTo(name, type, schema))).join("");
    const entries = collected.get(meets) ?? collectFields(type, occurrences, known, collecting);
    collected.set(meets, entries);
    return { type, meets, entries };
  });
}

/** The type conditions by which a selection set tells objects apart, those of its fragments' fragments included. */
function conditionsOf(
  occurrences: readonly Occurrence[],
  fragments: Fragments,
): ReadonlySet<string> {
  const names = new Set<string>();
  const visited = new Set<string>();
  const visit = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (selection.typeCondition !== undefined) names.add(selection.typeCondition.name.value);
        visit(selection.selectionSet);
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        if (fragment === undefined || visited.has(selection.name.value)) continue;
        visited.add(selection.name.value);
        names.add(fragment.typeCondition.name.value);
        visit(fragment.selectionSet);
      }
    }
  };
  for (const { set } of occurrences) visit(set);
  return names;
}
