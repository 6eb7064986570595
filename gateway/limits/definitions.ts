import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";

/** What a document defines, without fragments that lead back to themselves. */
export interface Definitions {
  readonly operations: readonly OperationDefinitionNode[];
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Of the operations, and of the fragments that none of them leads to: validation looks at those too. */
  readonly roots: readonly SelectionSetNode[];
}

/** Measures a document whose fragments form no cycle. */
export type Measure = (definitions: Definitions) => number;

export function definitionsOf(document: DocumentNode): Definitions {
  const operations: OperationDefinitionNode[] = [];
  const fragments = new Map<string, FragmentDefinitionNode>();
  const roots: SelectionSetNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) {
      operations.push(definition);
      roots.push(definition.selectionSet);
    } else if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      // Of two with one name, which validation refuses, graphql-js spreads the last, and looks at the other all the same.
      const same = fragments.get(definition.name.value);
      if (same !== undefined) roots.push(same.selectionSet);
      fragments.set(definition.name.value, definition);
    }
  }
  const reached = new Set<string>();
  for (const root of roots) reach(root, fragments, reached);
  for (const [name, { selectionSet }] of fragments) {
    if (reached.has(name)) continue;
    roots.push(selectionSet);
    reach(selectionSet, fragments, reached);
  }
  return { operations, fragments, roots };
}

/** Adds the fragments that a selection set leads to. */
function reach(
  root: SelectionSetNode,
  fragments: Definitions["fragments"],
  reached: Set<string>,
): void {
  const waiting = [root];
  for (let set = waiting.pop(); set !== undefined; set = waiting.pop()) {
    for (const name of spreadsIn(set)) {
      const fragment = fragments.get(name);
      if (reached.has(name) || fragment === undefined) continue;
      reached.add(name);
      waiting.push(fragment.selectionSet);
    }
  }
}

/** The names of the fragments that are spread anywhere in it, without those that they spread. */
export function spreadsIn(selectionSet: SelectionSetNode): readonly string[] {
  return selectionSet.selections.flatMap((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection.name.value];
    return selection.selectionSet === undefined ? [] : spreadsIn(selection.selectionSet);
  });
}

/** What is selected there: the selection set of a field or of a fragment, spread or inline. */
export function selectedIn(
  selection: SelectionSetNode["selections"][number],
  fragments: Definitions["fragments"],
): SelectionSetNode | undefined {
  return selection.kind === Kind.FRAGMENT_SPREAD
    ? fragments.get(selection.name.value)?.selectionSet
    : selection.selectionSet;
}
