import { collectSubFields } from "@graphql-tools/utils";
import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getNamedType,
  isObjectType,
} from "graphql";

/** For each field of a type the columns that it is made of; a field that needs no column has an empty list. */
export type ColumnsOfFields<Column extends string> = Readonly<Record<string, readonly Column[]>>;

/**
 * The names of the fields that the operation selects of `type` at this position, whatever their aliases and
 * fragments; what `@skip` and `@include` leave out is not among them. `path` leads from the position's own type
 * down through fields whose types are objects: `["edges", "node"]`.
 */
export function selectedFields(
  info: GraphQLResolveInfo,
  type: GraphQLObjectType,
  path: readonly string[] = [],
): ReadonlySet<string> {
  let current = type;
  let nodes: readonly FieldNode[] = info.fieldNodes;
  for (const name of path) {
    nodes = subfields(info, current, nodes).filter((node) => node.name.value === name);
    const next = getNamedType(current.getFields()[name]?.type);
    if (!isObjectType(next)) throw new Error(`${current.name}.${name} is not an object`);
    current = next;
  }
  return new Set(subfields(info, current, nodes).map((node) => node.name.value));
}

/** The object type that the position returns, lists and non-null unwrapped. */
export function objectTypeOf(info: GraphQLResolveInfo): GraphQLObjectType {
  const type = getNamedType(info.returnType);
  if (!isObjectType(type))
    throw new Error(`${info.parentType.name}.${info.fieldName} is not an object`);
  return type;
}

/** The columns behind a set of fields, each once, sorted, so that equal sets give equal SQL. */
export function columnsOf<Column extends string>(
  fields: Iterable<string>,
  columns: ColumnsOfFields<Column>,
): readonly Column[] {
  const wanted = new Set<Column>();
  for (const field of fields) for (const column of columns[field] ?? []) wanted.add(column);
  return [...wanted].sort();
}

function subfields(
  info: GraphQLResolveInfo,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
): FieldNode[] {
  if (nodes.length === 0) return [];
  const { fields } = collectSubFields(
    info.schema,
    info.fragments,
    info.variableValues,
    type,
    nodes as FieldNode[],
  );
  return [...fields.values()].flat();
}
