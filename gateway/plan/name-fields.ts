import {
  type ASTNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isObjectType,
  Kind,
  parse,
  print,
  type SelectionSetNode,
  type TypeDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { fragmentsOf } from "./fragments-of.ts";

/** Response keys of the planned document and what the client calls them, where the two differ. */
export type GivenKeys = ReadonlyMap<string, string>;

/** Names that the planner uses on its own behalf, as they stand in a supergraph. */
export interface PlannerNames {
  /** Of all fields: the planner asks for keys and requirements under them. */
  readonly fields: ReadonlySet<string>;
  /** Of fields in a `@requires` or another field set. */
  readonly required: ReadonlySet<string>;
  /** Of those that are asked for with arguments there. */
  readonly withArguments: ReadonlySet<string>;
  /** Of interfaces that some subgraph takes for an object type. */
  readonly interfaceObjects: readonly string[];
}

export function plannerNames(schema: GraphQLSchema): PlannerNames {
  const fields = new Set<string>(["__typename"]);
  const required = new Set<string>();
  const withArguments = new Set<string>();
  const interfaceObjects: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isCompositeType(type) || !("getFields" in type)) continue;
    if (isInterfaceObject(type.astNode)) interfaceObjects.push(type.name);
    for (const field of Object.values(type.getFields())) {
      fields.add(field.name);
      for (const set of fieldSets(field.astNode)) {
        visit(parse(`{ ${set} }`, { noLocation: true }), {
          Field({ arguments: args = [], name }) {
            required.add(name.value);
            if (args.length > 0) withArguments.add(name.value);
          },
        });
      }
    }
  }
  return { fields, required, withArguments, interfaceObjects };
}

function isInterfaceObject(node: TypeDefinitionNode | undefined | null): boolean {
  return (node?.directives ?? []).some(
    ({ arguments: args = [], name }) =>
      name.value === "join__type" &&
      args.some(
        ({ name: argument, value }) =>
          argument.value === "isInterfaceObject" && value.kind === Kind.BOOLEAN && value.value,
      ),
  );
}

/** What a field's `@join__field` requires and provides. */
function fieldSets(node: ASTNode | undefined | null): readonly string[] {
  const sets: string[] = [];
  if (node == null) return sets;
  visit(node, {
    Directive({ arguments: args = [], name }) {
      if (name.value !== "join__field") return;
      for (const { name: argument, value } of args) {
        if (!/^(requires|provides)$/.test(argument.value)) continue;
        if (value.kind === Kind.STRING) sets.push(value.value);
      }
    },
  });
  return sets;
}

/**
 * Gives fields a response key of their own for planning where the client's could be taken for another field: an alias
 * that is the name of a field, or a field that somebody requires with arguments of their own. The planner merges what has
 * the same key.
 *
 * Selection sets that may come out empty get a `__typename`, so that there is an object to write as empty.
 */
export function nameFields(
  document: DocumentNode,
  schema: GraphQLSchema,
  { fields, required, withArguments }: PlannerNames,
): { readonly document: DocumentNode; readonly keys: GivenKeys } {
  const keys = new Map<string, string>();
  const names = new Map<string, string>();

  function rename(node: FieldNode): FieldNode {
    const name = node.name.value;
    const key = node.alias?.value ?? name;
    const args = node.arguments ?? [];
    const isTaken =
      key === name
        ? withArguments.has(name) || (args.length > 0 && required.has(name))
        : fields.has(key) || key === hidden || /^_\d+_/.test(key);
    if (!isTaken) return node;
    const field = `${key} ${name} ${args.map(print).sort().join()}`;
    const other = names.get(field) ?? `_${names.size}_${key}`;
    names.set(field, other);
    keys.set(other, key);
    return { ...node, alias: { kind: Kind.NAME, value: other } };
  }

  const types = new TypeInfo(schema);
  const fragments = fragmentsOf(document);

  /** Whether no value of the variables, and no type of the object, leaves anything to write. */
  function mayBeEmpty({ selections }: SelectionSetNode): boolean {
    return selections.every((selection) => {
      const { directives = [] } = selection;
      if (directives.some((directive) => constantOf(directive) !== true)) return true;
      if (selection.kind === Kind.FIELD) return false;
      // What is selected of an object type applies to all its objects, or would not be valid.
      if (!isObjectType(getNamedType(types.getType()))) return true;
      const inner =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? fragments.get(selection.name.value)?.selectionSet
          : selection.selectionSet;
      return inner === undefined || mayBeEmpty(inner);
    });
  }

  return {
    document: visit(
      document,
      visitWithTypeInfo(types, {
        SelectionSet: withoutConstants,
        Field(node) {
          if (node === typename) return node;
          const renamed = rename(node);
          const { selectionSet } = renamed;
          return selectionSet === undefined || !mayBeEmpty(selectionSet)
            ? renamed
            : { ...renamed, selectionSet: withTypename(selectionSet) };
        },
      }),
    ),
    keys,
  };
}

/** Without what `@skip` and `@include` leave out or in for good, which the planner does not look at. */
function withoutConstants(set: SelectionSetNode): SelectionSetNode {
  const selections = set.selections.flatMap((selection) => {
    const { directives = [] } = selection;
    if (directives.some((directive) => constantOf(directive) === false)) return [];
    const others = directives.filter((directive) => constantOf(directive) === undefined);
    return others.length === directives.length
      ? [selection]
      : [{ ...selection, directives: others }];
  });
  return { ...set, selections: selections.length > 0 ? selections : [typename] };
}

/** Whether a directive includes its selection whatever the variables are; undefined when it depends on them. */
function constantOf({ arguments: args = [], name }: DirectiveNode): boolean | undefined {
  const value = args.find((argument) => argument.name.value === "if")?.value;
  if (!/^(skip|include)$/.test(name.value) || value?.kind !== Kind.BOOLEAN) return undefined;
  return value.value === (name.value === "include");
}

function withTypename(set: SelectionSetNode): SelectionSetNode {
  return { ...set, selections: [typename, ...set.selections] };
}

/** The key of a field that is asked for and never written. */
export const hidden = "_typename";

/** What is asked for where nothing else is. */
export const typename: FieldNode = {
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: hidden },
  name: { kind: Kind.NAME, value: "__typename" },
};
