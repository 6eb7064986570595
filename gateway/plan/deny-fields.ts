import {
  type DefinitionNode,
  type DocumentNode,
  doTypesOverlap,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import { nameOf, type Requirement } from "../request.ts";
import { type Fragments, fragmentsOf } from "./fragments-of.ts";
import { typename } from "./name-fields.ts";
import type { FieldRequirements } from "./read-requirements.ts";

/** What a document is, as far as its requirements go. */
export interface Required {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
  readonly requirements: FieldRequirements;
}

/** Why a field of an object type is kept from a viewer: whether signing in might help. */
export interface Denial {
  readonly signIn: boolean;
}

export type DenialOf = (type: string, field: string) => Denial | undefined;

/** What is denied to a viewer who does not meet some requirements, by their names. */
export function denialsOf(
  requirements: FieldRequirements | undefined,
  denied: readonly string[],
): DenialOf {
  if (requirements === undefined || denied.length === 0) return () => undefined;
  const missing = new Set(denied);
  return (type, field) => {
    const unmet = requirements.of(type, field)?.filter((one) => missing.has(nameOf(one))) ?? [];
    if (unmet.length === 0) return undefined;
    return { signIn: unmet.some(({ kind }) => kind !== "policies") };
  };
}

/** All that any field of an operation requires, each once, in an order of its own. */
export function requirementsOf(
  operation: OperationDefinitionNode,
  root: GraphQLObjectType,
  { fragments, requirements, schema }: Required,
): readonly Requirement[] {
  const found = new Map<string, Requirement>();
  const spread = new Set<string>();

  function visit({ selections }: SelectionSetNode, parent: GraphQLCompositeType): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        for (const type of objectsOf(parent, schema)) {
          for (const one of requirements.of(type.name, name) ?? []) found.set(nameOf(one), one);
        }
        const inner = typeOfField(parent, name);
        if (selection.selectionSet && inner) visit(selection.selectionSet, inner);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        visit(selection.selectionSet, typeOfFragment(selection.typeCondition, parent, schema));
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment === undefined) continue;
        visit(fragment.selectionSet, typeOfFragment(fragment.typeCondition, parent, schema));
      }
    }
  }

  visit(operation.selectionSet, root);
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, one]) => one);
}

/**
 * A document without what is denied, so that nobody is asked for it. A field of an interface that is denied for some of
 * its objects is asked for on the types of the others.
 */
export function withoutDenied(
  document: DocumentNode,
  schema: GraphQLSchema,
  denialOf: DenialOf,
): DocumentNode {
  const fragments = fragmentsOf(document);

  function granted(
    { selections }: SelectionSetNode,
    parent: GraphQLCompositeType,
  ): SelectionSetNode {
    const left = selections.flatMap((selection) => pick(selection, parent));
    return { kind: Kind.SELECTION_SET, selections: left.length > 0 ? left : [typename] };
  }

  function pick(selection: SelectionNode, parent: GraphQLCompositeType): readonly SelectionNode[] {
    if (selection.kind === Kind.FIELD) return pickField(selection, parent);
    // What a field's own type rules out has no place in the document once it is asked for on that type.
    const condition =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? fragments.get(selection.name.value)?.typeCondition
        : selection.typeCondition;
    const type = typeOfFragment(condition, parent, schema);
    if (!doTypesOverlap(schema, type, parent)) return [];
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection];
    return [{ ...selection, selectionSet: granted(selection.selectionSet, type) }];
  }

  function pickField(
    field: Extract<SelectionNode, { kind: Kind.FIELD }>,
    parent: GraphQLCompositeType,
  ): readonly SelectionNode[] {
    const name = field.name.value;
    const on = (type: GraphQLCompositeType): SelectionNode => {
      const inner = typeOfField(type, name);
      return field.selectionSet && inner
        ? { ...field, selectionSet: granted(field.selectionSet, inner) }
        : field;
    };
    const types = objectsOf(parent, schema);
    const open = types.filter((type) => denialOf(type.name, name) === undefined);
    if (open.length === types.length) return [on(parent)];
    return open.map((type) => ({
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } },
      selectionSet: { kind: Kind.SELECTION_SET, selections: [on(type)] },
    }));
  }

  return {
    ...document,
    definitions: document.definitions.map((definition) => {
      const type = rootOf(definition, schema);
      return type === undefined || !("selectionSet" in definition)
        ? definition
        : { ...definition, selectionSet: granted(definition.selectionSet, type) };
    }),
  };
}

/** The type that the selection set of an operation or fragment is on. */
function rootOf(
  definition: DefinitionNode,
  schema: GraphQLSchema,
): GraphQLCompositeType | undefined {
  if (definition.kind === Kind.OPERATION_DEFINITION) {
    return schema.getRootType(definition.operation) ?? undefined;
  }
  if (definition.kind !== Kind.FRAGMENT_DEFINITION) return undefined;
  const type = schema.getType(definition.typeCondition.name.value);
  return isCompositeType(type) ? type : undefined;
}

function objectsOf(
  type: GraphQLCompositeType,
  schema: GraphQLSchema,
): readonly GraphQLObjectType[] {
  return isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
}

/** The type that a field's selection set is on; undefined for a leaf, `__typename` and `__schema`. */
function typeOfField(parent: GraphQLCompositeType, name: string): GraphQLCompositeType | undefined {
  const type = "getFields" in parent ? parent.getFields()[name]?.type : undefined;
  const named = type && getNamedType(type);
  return isCompositeType(named) ? named : undefined;
}

function typeOfFragment(
  condition: { readonly name: { readonly value: string } } | undefined,
  parent: GraphQLCompositeType,
  schema: GraphQLSchema,
): GraphQLCompositeType {
  const type = condition && schema.getType(condition.name.value);
  return isCompositeType(type) ? type : parent;
}
