import type { CompositeType, Schema } from "@apollo/federation-internals";
import {
  type FieldNode,
  type GraphQLSchema,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import { baseOf, compositeOf } from "./composite-type.ts";

/** An operation of a fetch, and the types of objects that it need not ask for. */
export interface LeanOperation {
  readonly operation: OperationDefinitionNode;
  /** By the selection set that would have asked. */
  readonly knownTypes: ReadonlyMap<SelectionSetNode, string>;
}

/** What has become of each `__typename` of an operation, in the order of its text: whether it is still asked for. */
export type Kept = readonly boolean[];

/**
 * The planner asks for `__typename` wherever it may need it. Where the subgraph's schema says that a field's objects are of one
 * object type, its name is known: it is neither asked for nor answered, once for each object.
 * @param subgraph of the fetch
 * @param supergraph of which an interface may be an object type in a subgraph, where nobody knows the objects' types
 */
export function withoutKnownTypes(
  operation: OperationDefinitionNode,
  subgraph: Schema,
  supergraph: GraphQLSchema,
): LeanOperation & { readonly kept: Kept } {
  const knownTypes = new Map<SelectionSetNode, string>();
  const kept: boolean[] = [];

  /** @param parent undefined: nobody can tell, as of `_entities` */
  function walk(
    set: SelectionSetNode,
    parent: CompositeType | undefined,
    isKnown: boolean,
  ): SelectionSetNode {
    const selections: SelectionNode[] = [];
    for (const selection of set.selections) {
      if (isTypename(selection)) {
        const isLeftOut = isKnown && isPlain(selection);
        kept.push(!isLeftOut);
        if (!isLeftOut) selections.push(selection);
      } else selections.push(walkInto(selection, parent));
    }
    const isSame =
      selections.length === set.selections.length &&
      selections.every((selection, index) => selection === set.selections[index]);
    return isSame ? set : { ...set, selections };
  }

  function walkInto(selection: SelectionNode, parent: CompositeType | undefined): SelectionNode {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
    if (selection.kind === Kind.FIELD) return walkField(selection, parent);
    const inner = compositeOf(subgraph, selection.typeCondition?.name.value) ?? parent;
    return withSet(selection, walk(selection.selectionSet, inner, false));
  }

  function walkField(field: FieldNode, parent: CompositeType | undefined): FieldNode {
    const { name, selectionSet } = field;
    if (selectionSet === undefined) return field;
    const definition =
      parent === undefined || parent.kind === "UnionType" ? undefined : parent.field(name.value);
    const type = definition?.type && baseOf(definition.type);
    const isKnown =
      type?.kind === "ObjectType" &&
      isObjectType(supergraph.getType(type.name)) &&
      // Something has to be asked for.
      selectionSet.selections.some((selection) => !isTypename(selection));
    const lean = walk(selectionSet, type, isKnown);
    if (isKnown && lean.selections.length < selectionSet.selections.length) {
      knownTypes.set(lean, type.name);
    }
    return withSet(field, lean);
  }

  const type = subgraph.schemaDefinition.rootType(operation.operation);
  const lean = withSet(operation, walk(operation.selectionSet, type, false));
  return { operation: lean, knownTypes, kept };
}

/**
 * Takes out of an operation's text what is not kept; printing it anew would take longer than all else here.
 * @param text without what GraphQL ignores
 * @returns undefined when it has other `__typename`s than the operation, as in a literal or in a fragment
 */
export function withoutTypenames(text: string, kept: Kept): string | undefined {
  let count = 0;
  // A text may say it, too. A space stands only where two names would run together.
  const lean = text.replace(texts, (found, before = "", after = "") => {
    if (!found.includes(typename) || found.startsWith('"')) return found;
    const isKept = kept[count++] !== false;
    if (isKept) return found;
    return before !== "" && after !== "" ? " " : "";
  });
  return count === kept.length ? lean : undefined;
}

const typename = "__typename";
const texts = /"""[\s\S]*?(?<!\\)"""|"(?:[^"\\]|\\.)*"|( ?)(?<![\w$])__typename(?!\w)( ?)/g;

function isTypename(selection: SelectionNode): selection is FieldNode {
  return selection.kind === Kind.FIELD && selection.name.value === typename;
}

function isPlain({ alias, directives = [] }: FieldNode): boolean {
  return alias === undefined && directives.length === 0;
}

function withSet<Node extends { readonly selectionSet?: SelectionSetNode | undefined }>(
  node: Node,
  selectionSet: SelectionSetNode,
): Node {
  return selectionSet === node.selectionSet ? node : { ...node, selectionSet };
}
