import {
  type FieldNode,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLObjectType,
  getNamedType,
  isInputObjectType,
  Kind,
  type ValueNode,
} from "graphql";
import type { InputWeights } from "./cost.ts";
import type { CostTerms } from "./terms.ts";
import type { Weights } from "./weights.ts";

/** Reckons what the arguments of fields cost: each given value by its weight, input objects with all that is in them. */
export interface InputCosts {
  /** A term for all arguments of a field. */
  of(type: GraphQLObjectType, node: FieldNode): number;
  readonly inputs: Readonly<Record<string, InputWeights>>;
}

export function createInputCosts(weights: Weights, terms: CostTerms): InputCosts {
  const inputs: Record<string, InputWeights> = Object.create(null);

  function weightOf(input: GraphQLArgument | GraphQLInputField): number {
    return weights.ofInput(input) ?? weights.ofType(getNamedType(input.type));
  }

  /** Notes the weights of an input type and of all that it leads to. */
  function learn(input: GraphQLInputType): string | undefined {
    const type = getNamedType(input);
    if (!isInputObjectType(type)) return undefined;
    if (inputs[type.name] !== undefined) return type.name;
    const fields: Record<string, { weight: number; type: string | undefined }> =
      Object.create(null);
    inputs[type.name] = fields;
    for (const field of Object.values(type.getFields())) {
      const one = { weight: weightOf(field), type: learn(field.type) };
      if (one.weight !== 0 || one.type !== undefined) fields[field.name] = one;
    }
    return type.name;
  }

  function costOf(input: GraphQLArgument | GraphQLInputField, value: ValueNode): number {
    const weight = weightOf(input);
    const type = getNamedType(input.type);
    switch (value.kind) {
      case Kind.NULL:
        return terms.number(0);
      case Kind.VARIABLE: {
        const learnt = learn(input.type);
        if (weight === 0 && learnt === undefined) return terms.number(0);
        return terms.input(value.name.value, weight, learnt);
      }
      case Kind.LIST:
        return terms.sum(value.values.map((one) => costOf(input, one)));
      case Kind.OBJECT: {
        const fields = isInputObjectType(type) ? type.getFields() : {};
        const inside = value.fields.flatMap((one) => {
          const field = fields[one.name.value];
          return field === undefined ? [] : [costOf(field, one.value)];
        });
        return terms.sum([terms.number(weight), ...inside]);
      }
      default:
        return terms.number(weight);
    }
  }

  return {
    inputs,
    of(type, node) {
      const given = node.arguments ?? [];
      if (given.length === 0) return terms.number(0);
      const definitions = weights.argumentsOf(type, node.name.value);
      return terms.sum(
        given.flatMap(({ name, value }) => {
          const definition = definitions.find((one) => one.name === name.value);
          return definition === undefined ? [] : [costOf(definition, value)];
        }),
      );
    },
  };
}
