import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from "graphql";
import type { Fragments } from "./fragments-of.ts";

/**
 * What an operation asks of the schema itself: its `__schema` and `__type` fields as an operation of their own, with the
 * variables and fragments that they use.
 */
export function introspectionOf(
  operation: OperationDefinitionNode,
  fragments: Fragments,
): string | undefined {
  const root = schemaFields(operation.selectionSet, fragments);
  if (root.length === 0) return undefined;
  const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: root };
  const spread = new Map<string, FragmentDefinitionNode>();
  const variables = new Set<string>();
  const note = (from: SelectionSetNode): void => {
    visit(from, {
      Variable: ({ name }) => void variables.add(name.value),
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (fragment === undefined || spread.has(name.value)) return;
        spread.set(name.value, fragment);
        note(fragment.selectionSet);
      },
    });
  };
  note(selectionSet);
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        ...operation,
        directives: [],
        selectionSet,
        variableDefinitions: (operation.variableDefinitions ?? []).filter(({ variable }) =>
          variables.has(variable.name.value),
        ),
      },
      ...spread.values(),
    ],
  };
  return print(document);
}

/** With the fragments around them, which may carry conditions. */
function schemaFields(
  { selections }: SelectionSetNode,
  fragments: Fragments,
): readonly SelectionNode[] {
  return selections.flatMap((selection): readonly SelectionNode[] => {
    if (selection.kind === Kind.FIELD) {
      return /^__(schema|type)$/.test(selection.name.value) ? [selection] : [];
    }
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    const inner = fragment === undefined ? [] : schemaFields(fragment.selectionSet, fragments);
    if (inner.length === 0) return [];
    return [
      {
        kind: Kind.INLINE_FRAGMENT,
        directives: selection.directives ?? [],
        selectionSet: { kind: Kind.SELECTION_SET, selections: inner },
      },
    ];
  });
}
