import type { GraphQLFormattedError, GraphQLSchema } from "graphql";
import type { Program } from "../plan/program.ts";
import { createIntrospect } from "./introspect.ts";
import { createReadVariables } from "./read-variables.ts";
import { linkProgram, type Result } from "./run/link-program.ts";
import type { MakeCall } from "./run/run.ts";

/** An operation that is ready to run. */
export interface LinkedOperation {
  /** Tells it from every other. */
  readonly number: number;
  readonly type: Program["type"];
  readonly name: string | undefined;
  /**
   * Runs it with the variables of a client.
   * @returns errors when the variables do not fit the operation
   */
  run(
    variables: Readonly<Record<string, unknown>>,
    call: MakeCall,
  ): Promise<Result> | readonly GraphQLFormattedError[];
}

/** @param schema what clients see */
export function createLinkOperation(schema: GraphQLSchema): (program: Program) => LinkedOperation {
  let number = 0;
  return (program) => {
    number += 1;
    return linkOperation(program, schema, number);
  };
}

function linkOperation(program: Program, schema: GraphQLSchema, number: number): LinkedOperation {
  const readVariables = createReadVariables(program, schema);
  const introspect = createIntrospect(program, schema);
  const run = linkProgram(program);
  return {
    number,
    type: program.type,
    name: program.name,
    run(given, call) {
      const variables = readVariables(given);
      if (!("texts" in variables)) return variables;
      const { switches, texts, values } = variables;
      return run({ call, variables: texts, switches, introspect: introspect(values) });
    },
  };
}
