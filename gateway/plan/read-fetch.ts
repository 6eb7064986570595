import type { FetchNode } from "@apollo/query-planner";
import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionSetNode,
} from "graphql";

/** A key that is answered under another name than the client's. */
export interface Renamer {
  readonly path: readonly string[];
  readonly renameKeyTo: string;
}

/** A field's name and arguments, the same for the same whatever their order. */
export function fieldText({ arguments: args = [], name }: FieldNode): string {
  return `${name.value}(${args.map(print).sort().join()})`;
}

/** The key renamers of a fetch without the fragments of their paths: the planner's names for renamed keys are unique. */
export function renamersOf({ outputRewrites = [] }: FetchNode): readonly Renamer[] {
  return outputRewrites.flatMap((rewrite) =>
    rewrite.kind === "KeyRenamer"
      ? [{ ...rewrite, path: rewrite.path.filter((element) => !element.startsWith("... on ")) }]
      : [],
  );
}

export function definitionsOf(node: FetchNode): {
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
} {
  const document =
    node.operationDocumentNode ?? parse(node.operation, { noLocation: true, maxTokens: 1_000_000 });
  const fragments = new Map<string, FragmentDefinitionNode>();
  let operation: OperationDefinitionNode | undefined;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    } else if (definition.kind === Kind.OPERATION_DEFINITION) {
      operation = definition;
    }
  }
  if (operation === undefined) throw new Error("a fetch has no operation");
  return { fragments, operation };
}

export function entitiesOf({ selections }: SelectionSetNode): SelectionSetNode {
  const [entities] = selections;
  if (entities?.kind !== Kind.FIELD || entities.selectionSet === undefined) {
    throw new Error("a fetch of entities does not ask for them");
  }
  return entities.selectionSet;
}

/** What a fetch asks of entities, by the type that it takes them for. The planner may put it into fragments of its own. */
export function entityFragmentsOf(
  node: FetchNode,
): readonly { readonly type: string; readonly selectionSet: SelectionSetNode }[] {
  const { fragments, operation } = definitionsOf(node);
  return entitiesOf(operation.selectionSet).selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [];
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    const type = fragment?.typeCondition?.name.value;
    return fragment === undefined || type === undefined
      ? []
      : [{ type, selectionSet: fragment.selectionSet }];
  });
}
