import { operationFromDocument } from "@apollo/federation-internals";
import type { PlanNode, QueryPlan } from "@apollo/query-planner";
import {
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import { type Fragments, fragmentsOf } from "./fragments-of.ts";
import type { LoadedSupergraph } from "./load-supergraph.ts";

/**
 * Plans an operation; a mutation may become several plans, to be run in order. The planner sends neighbouring mutations of
 * one subgraph in one fetch: what the first one reads elsewhere would then be read after the second has run.
 */
export function planOperation(
  { planner, supergraph }: LoadedSupergraph,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  labels: readonly string[],
): readonly QueryPlan[] {
  const overrideConditions = new Map(labels.map((label) => [label, true]));
  const plan = (one: DocumentNode): QueryPlan =>
    planner.buildQueryPlan(
      operationFromDocument(supergraph.apiSchema(), one, {
        ...(operation.name && { operationName: operation.name.value }),
      }),
      { overrideConditions },
    );

  const whole = plan(document);
  if (operation.operation !== "mutation" || whole.node === undefined) return [whole];
  const fragments = fragmentsOf(document);
  const fields = rootKeys(operation.selectionSet, fragments);
  if (fields.size < 2 || !readsElsewhere(whole.node as PlanNode)) return [whole];
  return [...fields].map((key) => plan(withOneField(document, operation, fragments, key)));
}

function readsElsewhere(node: PlanNode): boolean {
  switch (node.kind) {
    case "Fetch":
      return false;
    case "Flatten":
    case "Defer":
      return true;
    case "Condition":
      return [node.ifClause, node.elseClause].some(
        (one) => one !== undefined && readsElsewhere(one),
      );
    case "Sequence":
    case "Parallel":
      return node.nodes.some(readsElsewhere);
  }
}

function rootKeys(
  { selections }: SelectionSetNode,
  fragments: Fragments,
  keys = new Set<string>(),
): ReadonlySet<string> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) keys.add((selection.alias ?? selection.name).value);
    else rootKeys(innerOf(selection, fragments), fragments, keys);
  }
  return keys;
}

/** The document with nothing at its root but one field, all of it. */
function withOneField(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  key: string,
): DocumentNode {
  const only = ({ selections }: SelectionSetNode): SelectionSetNode => ({
    kind: Kind.SELECTION_SET,
    selections: selections.flatMap((selection): readonly SelectionNode[] => {
      if (selection.kind === Kind.FIELD) {
        return (selection.alias ?? selection.name).value === key ? [selection] : [];
      }
      const selectionSet = only(innerOf(selection, fragments));
      if (selectionSet.selections.length === 0) return [];
      const { directives = [] } = selection;
      return [{ kind: Kind.INLINE_FRAGMENT, directives, selectionSet }];
    }),
  });
  const selectionSet = only(operation.selectionSet);
  return {
    ...document,
    definitions: document.definitions.map((definition) =>
      definition === operation ? { ...operation, selectionSet } : definition,
    ),
  };
}

function innerOf(
  selection: Exclude<SelectionNode, { kind: Kind.FIELD }>,
  fragments: Fragments,
): SelectionSetNode {
  if (selection.kind === Kind.INLINE_FRAGMENT) return selection.selectionSet;
  const fragment = fragments.get(selection.name.value);
  return fragment?.selectionSet ?? { kind: Kind.SELECTION_SET, selections: [] };
}
