import {
  type FieldNode,
  type GraphQLField,
  Kind,
  type ValueNode,
  valueFromASTUntyped,
} from "graphql";
import type { TagPart, TagTemplate } from "./program.ts";

/** Where a format of `@cacheTag` stands. */
export type TagPlace =
  | { readonly kind: "entity"; readonly type: string }
  | {
      readonly kind: "field";
      readonly node: FieldNode;
      readonly field: GraphQLField<unknown, unknown> | undefined;
    };

/** `User:{$args.id}` */
const placeholder = /\{\$(args|key|viewer)\.([A-Za-z_][\w.]*)\}/;

/** A format of a tag with what is known of its values; undefined when it asks for what is not there. */
export function readTag(format: string, place: TagPlace): TagTemplate | undefined {
  const pieces = format.split(placeholder);
  const parts: TagPart[] = [];
  for (let index = 0; index < pieces.length; index += 3) {
    const [text = "", source, name = ""] = pieces.slice(index, index + 3);
    if (text.includes("{$")) return undefined;
    if (text !== "") parts.push(text);
    if (source === undefined) continue;
    const part = readPart(source, name.split("."), place);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return { type: place.kind === "entity" ? place.type : undefined, parts };
}

function readPart(source: string, path: readonly string[], place: TagPlace): TagPart | undefined {
  if (source === "viewer") return path.join() === "id" ? { kind: "viewer" } : undefined;
  if (source === "key") return place.kind === "entity" ? { kind: "key", path } : undefined;
  if (place.kind === "entity") return undefined;
  const [name = "", ...inside] = path;
  const value = place.node.arguments?.find((argument) => argument.name.value === name)?.value;
  if (value?.kind === Kind.VARIABLE) {
    return { kind: "variable", name: value.name.value, path: inside };
  }
  const declared = place.field?.args.find((argument) => argument.name === name);
  if (declared === undefined || (value && usesVariables(value))) return undefined;
  return textAt(value ? valueFromASTUntyped(value) : declared.defaultValue, inside);
}

function usesVariables(value: ValueNode): boolean {
  switch (value.kind) {
    case Kind.VARIABLE:
      return true;
    case Kind.LIST:
      return value.values.some(usesVariables);
    case Kind.OBJECT:
      return value.fields.some((field) => usesVariables(field.value));
    default:
      return false;
  }
}

/** Undefined for what has no text of its own: a list, an object. */
function textAt(value: unknown, path: readonly string[]): string | undefined {
  let found: unknown = value ?? null;
  for (const key of path) {
    found = (found as Readonly<Record<string, unknown>> | null)?.[key] ?? null;
  }
  return typeof found === "object" && found !== null ? undefined : String(found);
}
