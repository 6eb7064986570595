import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from "graphql";
import type { Random } from "./random.ts";

/** What values are made of. */
export interface ValueSource {
  readonly random: Random;
  readonly ids: readonly string[];
  /** The name of a variable of a type, with its `$`. */
  variable(type: GraphQLInputType): string;
}

/** Arguments in brackets, or nothing. */
export function randomArguments(
  definitions: readonly GraphQLArgument[],
  source: ValueSource,
): string {
  const given = definitions
    .filter((definition) => isRequiredArgument(definition) || source.random.chance(60))
    .map(({ name, type }) => `${name}: ${randomLiteral(type, source)}`);
  return given.length === 0 ? "" : `(${given.join(", ")})`;
}

/** A value as a document writes it. */
function randomLiteral(type: GraphQLInputType, source: ValueSource): string {
  const { random } = source;
  if (random.chance(35)) return source.variable(type);
  if (!isNonNullType(type) && random.chance(12)) return "null";
  const inner = getNullableType(type);
  if (isListType(inner)) {
    const item = () => randomLiteral(inner.ofType, source);
    return `[${Array.from({ length: random.below(3) }, item).join(", ")}]`;
  }
  if (isInputObjectType(inner)) {
    const fields = givenFields(Object.values(inner.getFields()), random);
    return `{${fields.map((field) => `${field.name}: ${randomLiteral(field.type, source)}`).join(", ")}}`;
  }
  if (isEnumType(inner)) return String(randomJson(inner, source));
  if (isCustomScalar(inner.name)) return random.pick(['{a: {b: [1, null, "x"]}}', "[]", '"text"']);
  return JSON.stringify(randomJson(inner, source));
}

/** The value of a variable. */
export function randomJson(
  type: GraphQLInputType,
  source: Pick<ValueSource, "random" | "ids">,
): unknown {
  const { ids, random } = source;
  if (!isNonNullType(type) && random.chance(12)) return null;
  const inner = getNullableType(type);
  if (isListType(inner)) {
    return Array.from({ length: random.below(3) }, () => randomJson(inner.ofType, source));
  }
  if (isInputObjectType(inner)) {
    const fields = givenFields(Object.values(inner.getFields()), random);
    return Object.fromEntries(fields.map((field) => [field.name, randomJson(field.type, source)]));
  }
  const required = isNonNullType(type) ? inner : getNullableType(inner);
  if (isEnumType(required)) return random.pick(required.getValues()).name;
  switch (inner.name) {
    case "Int":
      return random.pick([0, 1, 2, 3, 5, -1]);
    case "Float":
      return random.pick([0, 1.5, -2]);
    case "Boolean":
      return random.chance(50);
    case "ID":
      return random.pick(ids);
    case "String":
      return random.pick(["", "x", 'a "quote"', "ü\\n", "null"]);
    default:
      return random.pick([{ a: { b: [1, null, "x"] } }, [], "text"]);
  }
}

/** A JSON value as a document writes it. */
export function literalOf(type: GraphQLInputType | undefined, value: unknown): string {
  const inner = type && getNullableType(type);
  if (Array.isArray(value)) {
    const itemType = isListType(inner) ? inner.ofType : undefined;
    return `[${value.map((item) => literalOf(itemType, item)).join(", ")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const fields = isInputObjectType(inner) ? inner.getFields() : {};
    const entries = Object.entries(value);
    return `{${entries.map(([name, item]) => `${name}: ${literalOf(fields[name]?.type, item)}`).join(", ")}}`;
  }
  return isEnumType(inner) ? String(value) : JSON.stringify(value);
}

function isCustomScalar(name: string): boolean {
  return !["Int", "Float", "Boolean", "ID", "String"].includes(name);
}

function givenFields(
  fields: readonly GraphQLInputField[],
  random: Random,
): readonly GraphQLInputField[] {
  return fields.filter((field) => isRequiredInputField(field) || random.chance(50));
}
