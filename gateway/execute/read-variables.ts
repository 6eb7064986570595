import { type GraphQLFormattedError, type GraphQLSchema, getVariableValues } from "graphql";
import { failure } from "../../runtime/errors.ts";
import type { Program, Variable } from "../plan/program.ts";

/** Variables as a program wants them. */
export interface ReadVariables {
  /** JSON texts of those that were given, by their names in the program. */
  readonly texts: ReadonlyMap<string, string>;
  /** Values of all that have one, defaults included. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly switches: readonly boolean[];
}

const none: ReadVariables = { texts: new Map(), values: {}, switches: [] };

/**
 * Checks variables against what an operation declares, as graphql-js does. Ones that it does not declare are passed
 * over. What is sent on is what the client gave: each subgraph reads it by its own types.
 */
export function createReadVariables(
  { switches, variables }: Program,
  schema: GraphQLSchema,
): (given: Readonly<Record<string, unknown>>) => ReadVariables | readonly GraphQLFormattedError[] {
  if (variables.length === 0) return () => none;
  const definitions = variables.map(({ definition }) => definition);
  return (given) => {
    const inputs = rename(variables, given);
    const { coerced, errors } = getVariableValues(schema, definitions, inputs, { maxErrors: 50 });
    if (errors !== undefined) {
      return errors.map((error) => ({ ...error.toJSON(), extensions: { code: "BAD_USER_INPUT" } }));
    }
    const undecided = switches.find((name) => typeof coerced[name] !== "boolean");
    if (undecided !== undefined) return [undecidedBy(givenName(variables, undecided))];
    const texts = new Map<string, string>();
    for (const { name } of variables) {
      const value = inputs[name];
      if (value !== undefined) texts.set(name, JSON.stringify(value));
    }
    return { texts, values: coerced, switches: switches.map((name) => coerced[name] === true) };
  };
}

function rename(
  variables: readonly Variable[],
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const renamed: Record<string, unknown> = {};
  for (const { given, name } of variables) {
    if (Object.hasOwn(values, given)) renamed[name] = values[given];
  }
  return renamed;
}

/** A variable with a default may stand where none may be null, and be given null all the same. */
function undecidedBy(variable: string): GraphQLFormattedError {
  return failure(
    "BAD_USER_INPUT",
    `Variable "$${variable}" decides a @skip or @include: it must not be null.`,
  ).toJSON();
}

function givenName(variables: readonly Variable[], name: string): string {
  return variables.find((variable) => variable.name === name)?.given ?? name;
}
