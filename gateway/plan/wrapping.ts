import {
  type GraphQLLeafType,
  type GraphQLOutputType,
  isEnumType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
} from "graphql";
import type { Leaf, Wrapping } from "./program.ts";

/** The lists and exclamation marks around a type. */
export function wrappingOf(type: GraphQLOutputType): Wrapping {
  const items: boolean[] = [];
  const nonNull = isNonNullType(type);
  let inner: GraphQLOutputType = nonNull ? type.ofType : type;
  while (isListType(inner)) {
    const item: GraphQLOutputType = inner.ofType;
    const itemNonNull = isNonNullType(item);
    items.push(itemNonNull);
    inner = itemNonNull ? item.ofType : item;
  }
  return { nonNull, items };
}

export function leafOf(type: GraphQLLeafType): Leaf {
  if (isEnumType(type)) return { kind: "enum", values: type.getValues().map(({ name }) => name) };
  return { kind: isSpecifiedScalarType(type) ? (type.name as "Int") : "any" };
}
