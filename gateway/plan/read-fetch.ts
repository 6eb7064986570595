import type { Schema, Subgraphs } from "@apollo/federation-internals";
import type { FetchNode } from "@apollo/query-planner";
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
} from "graphql";
import { type Fragments, fragmentsOf } from "./fragments-of.ts";
import { type LeanOperation, withoutKnownTypes, withoutTypenames } from "./known-types.ts";
import type { PlaceBuilder } from "./place-builder.ts";

/** A fetch of a plan, and what it asks its subgraph. */
export interface ReadFetch extends LeanOperation {
  readonly node: FetchNode;
  /** The text of what it asks. */
  readonly document: string;
  readonly fragments: Fragments;
}

/** A fetch, and where its result belongs. */
export interface PlacedFetch extends ReadFetch {
  readonly place: PlaceBuilder;
  /** Of the place, as the planner has it. */
  readonly path: readonly string[];
}

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

/**
 * @param supergraph with what is inaccessible to clients
 * @throws Error when the planner was not told to give its documents
 */
export function readFetch(
  node: FetchNode,
  subgraphs: Subgraphs,
  supergraph: GraphQLSchema,
): ReadFetch {
  const { operationDocumentNode: document } = node;
  const asked = document?.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (document === undefined || asked === undefined) throw new Error("a fetch has no operation");
  const { kept, ...lean } = withoutKnownTypes(asked, schemaOf(node, subgraphs), supergraph);
  const { operation } = lean;
  return {
    ...lean,
    node,
    document:
      operation === asked
        ? node.operation
        : (withoutTypenames(node.operation, kept) ?? textOf(document, operation)),
    fragments: fragmentsOf(document),
  };
}

/** @throws Error when the supergraph has no such subgraph, which is a fault of the planner */
export function schemaOf({ serviceName }: FetchNode, subgraphs: Subgraphs): Schema {
  const subgraph = subgraphs.get(serviceName);
  if (subgraph === undefined) throw new Error(`there is no subgraph ${serviceName}`);
  return subgraph.schema;
}

function textOf({ definitions }: DocumentNode, operation: LeanOperation["operation"]): string {
  const changed = definitions.map((one) =>
    one.kind === Kind.OPERATION_DEFINITION ? operation : one,
  );
  return stripIgnoredCharacters(print({ kind: Kind.DOCUMENT, definitions: changed }));
}

export function entitiesOf({ selections }: SelectionSetNode): SelectionSetNode {
  const [entities] = selections;
  if (entities?.kind !== Kind.FIELD || entities.selectionSet === undefined) {
    throw new Error("a fetch of entities does not ask for them");
  }
  return entities.selectionSet;
}

/** What a fetch asks of entities, by the type that it takes them for. The planner may put it into fragments of its own. */
export function entityFragmentsOf({
  fragments,
  operation,
}: ReadFetch): readonly { readonly type: string; readonly selectionSet: SelectionSetNode }[] {
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
