import { type FieldNode, type GraphQLObjectType, Kind, type ValueNode } from "graphql";
import { failure } from "../../../runtime/errors.ts";
import type { ListSize, SlicingArgument } from "./cost.ts";
import type { DeclaredSize, Weights } from "./weights.ts";

/** What a field says of the length of its list, or of lists one level below it. */
export interface FieldSizes {
  readonly own: ListSize | undefined;
  readonly ofFields: ReadonlyMap<string, ListSize>;
}

const nothing: FieldSizes = { own: undefined, ofFields: new Map() };

export function sizesOf(
  weights: Weights,
  type: GraphQLObjectType,
  node: FieldNode,
  assumed: number,
): FieldSizes {
  const field = node.name.value;
  const declared = weights.sizeOf(type, field);
  if (declared === undefined) return nothing;
  const { assumedSize, sizedFields } = declared;
  const size: ListSize = {
    of: `${type.name}.${field}`,
    assumed: assumedSize ?? assumed,
    slicing: slicingOf(weights, type, node, declared),
    one:
      (declared.slicingArguments?.length ?? 0) > 0 && declared.requireOneSlicingArgument === true,
  };
  return sizedFields == null || sizedFields.length === 0
    ? { own: size, ofFields: new Map() }
    : { own: undefined, ofFields: new Map(sizedFields.map((name) => [name, size])) };
}

function slicingOf(
  weights: Weights,
  type: GraphQLObjectType,
  { arguments: given = [], name }: FieldNode,
  { slicingArguments }: DeclaredSize,
): readonly SlicingArgument[] {
  const definitions = weights.argumentsOf(type, name.value);
  return (slicingArguments ?? []).flatMap((slicing) => {
    const definition = definitions.find((one) => one.name === slicing);
    const usual =
      typeof definition?.defaultValue === "number" ? definition.defaultValue : undefined;
    const value = given.find((one) => one.name.value === slicing)?.value;
    const argument = argumentOf(slicing, value, usual);
    return argument.value === undefined && argument.variable === undefined ? [] : [argument];
  });
}

function argumentOf(
  name: string,
  value: ValueNode | undefined,
  usual: number | undefined,
): SlicingArgument {
  switch (value?.kind) {
    case Kind.INT:
      return { name, value: Number(value.value), variable: undefined };
    case Kind.VARIABLE:
      return { name, value: usual, variable: value.name.value };
    case Kind.NULL:
      return { name, value: undefined, variable: undefined };
    default:
      return { name, value: usual, variable: undefined };
  }
}

/**
 * How many items a list has at most, by the arguments that slice it; the largest of them where there are several.
 * @throws BAD_USER_INPUT for a negative number, and for none or several where exactly one must be given
 */
export function readSize(
  { assumed, of, one, slicing }: ListSize,
  variables: Readonly<Record<string, unknown>>,
): number {
  let size: number | undefined;
  let given = 0;
  for (const { name, value, variable } of slicing) {
    const chosen = variable === undefined ? value : variables[variable];
    const number = chosen === undefined ? value : chosen;
    if (typeof number !== "number") continue;
    if (number < 0) {
      const sentence = `\`${name}\` of ${of} is ${number}: a list has no negative length.`;
      throw failure("BAD_USER_INPUT", sentence, { argument: name });
    }
    given += 1;
    size = Math.max(size ?? 0, number);
  }
  if (one && given !== 1) {
    throw failure("BAD_USER_INPUT", `${of} needs exactly one of the arguments that say how many.`);
  }
  return size ?? assumed;
}
