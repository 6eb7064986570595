import type { CompositeType, Schema } from "@apollo/federation-internals";

/** The type of that name, if it is one that has fields or members. */
export function compositeOf(schema: Schema, name: string | undefined): CompositeType | undefined {
  const type = name === undefined ? undefined : schema.type(name);
  return type !== undefined && isComposite(type) ? type : undefined;
}

/** What is inside lists and non-nulls, if it is such a type. */
export function baseOf(type: { readonly kind: string }): CompositeType | undefined {
  let inner = type as { readonly kind: string; readonly ofType?: { readonly kind: string } };
  while (inner.ofType !== undefined) inner = inner.ofType;
  return isComposite(inner) ? inner : undefined;
}

function isComposite(type: { readonly kind: string }): type is CompositeType {
  return /^(Object|Interface|Union)Type$/.test(type.kind);
}
