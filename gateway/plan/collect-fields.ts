import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type NamedTypeNode,
  type SelectionSetNode,
} from "graphql";
import type { DenialOf } from "./deny-fields.ts";
import type { Fragments } from "./fragments-of.ts";
import { type GivenKeys, hidden } from "./name-fields.ts";
import type { When } from "./program.ts";
import { and, implies, type Switches } from "./when.ts";

/** A selection set, and when it counts. */
export interface Occurrence {
  readonly set: SelectionSetNode;
  readonly when: When;
}

/** All that a document says of one response key of one object type. */
export interface CollectedField {
  readonly key: string;
  /** What the client calls it. */
  readonly given: string;
  readonly node: FieldNode;
  readonly occurrences: readonly Occurrence[];
}

/** A place in the order of the answer where the field is written, unless it was written further up. */
export interface CollectedEntry {
  readonly field: CollectedField;
  readonly when: When;
  readonly unless: readonly When[];
}

export interface Collecting {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
  readonly switches: Switches;
  readonly keys: GivenKeys;
  readonly denialOf: DenialOf;
}

/**
 * CollectFields of the GraphQL specification (section 6.3.2), once for all values of the variables: a field whose
 * selections depend on `@skip` and `@include` has an entry for each place at which it can come to stand.
 * @param known what holds already where the object is written
 */
export function collectFields(
  type: GraphQLObjectType,
  occurrences: readonly Occurrence[],
  known: When,
  { fragments, keys, schema, switches }: Collecting,
): readonly CollectedEntry[] {
  const fields = new Map<
    string,
    { readonly field: CollectedField & { occurrences: Occurrence[] }; readonly whens: When[] }
  >();
  const entries: CollectedEntry[] = [];
  const visited = new Set<string>();

  function visit({ selections }: SelectionSetNode, outer: When): void {
    for (const selection of selections) {
      const own = switches.of(selection.directives);
      const both = own && and(outer, own);
      if (both === undefined || and(known, both) === undefined) continue;
      const when = both.filter((number) => !known.includes(number));
      if (selection.kind === Kind.FIELD) {
        take(selection, when);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (applies(selection.typeCondition, type, schema)) visit(selection.selectionSet, when);
      } else {
        const fragment = fragments.get(selection.name.value);
        const spread = `${selection.name.value} ${when.join()}`;
        if (fragment === undefined || visited.has(spread)) continue;
        visited.add(spread);
        if (applies(fragment.typeCondition, type, schema)) visit(fragment.selectionSet, when);
      }
    }
  }

  function take(node: FieldNode, when: When): void {
    const key = (node.alias ?? node.name).value;
    if (key === hidden) return;
    const given = keys.get(key) ?? key;
    const before = fields.get(key) ?? { field: { key, given, node, occurrences: [] }, whens: [] };
    fields.set(key, before);
    const { field, whens } = before;
    if (node.selectionSet !== undefined) field.occurrences.push({ set: node.selectionSet, when });
    if (whens.some((earlier) => implies(when, earlier))) return;
    entries.push({ field, when, unless: [...whens] });
    whens.push(when);
  }

  for (const { set, when } of occurrences) visit(set, when);
  return entries;
}

/** Whether objects of a type meet a type condition. */
export function appliesTo(
  condition: string,
  type: GraphQLObjectType,
  schema: GraphQLSchema,
): boolean {
  if (condition === type.name) return true;
  const abstract = schema.getType(condition);
  return isAbstractType(abstract) && schema.isSubType(abstract, type);
}

function applies(
  condition: NamedTypeNode | undefined,
  type: GraphQLObjectType,
  schema: GraphQLSchema,
): boolean {
  return condition === undefined || appliesTo(condition.name.value, type, schema);
}
