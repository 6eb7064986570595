import type { GraphQLError, GraphQLFormattedError, GraphQLSchema } from "graphql";
import { countCost } from "../plan/cost/count-cost.ts";
import { createFinishCost, fixedCost } from "../plan/cost/finish-cost.ts";
import type { ExplainedPlan } from "../plan/explain-plan.ts";
import type { Program } from "../plan/program.ts";
import type { Requirement } from "../request.ts";
import { createIntrospect } from "./introspect.ts";
import { type Keeps, keepsOf } from "./keeps-of.ts";
import { createReadVariables } from "./read-variables.ts";
import { createRefuseDenied } from "./refuse-denied.ts";
import { linkProgram, type Result } from "./run/link-program.ts";
import type { MakeCall } from "./run/run.ts";

/** An operation that is ready to run. */
export interface LinkedOperation {
  /** Tells it from every other of this process. */
  readonly number: number;
  readonly type: Program["type"];
  readonly name: string | undefined;
  /** Its plan, when it was compiled to be explained. */
  readonly explained: ExplainedPlan | undefined;
  /** What it requires of a viewer; undefined: nothing. */
  readonly requirements: readonly Requirement[] | undefined;
  /** Undefined: nothing of what it reads is kept. */
  readonly keeps: Keeps | undefined;
  /**
   * Runs it with the variables of a client.
   * @param anonymous whether nobody has signed in
   * @returns errors when the variables do not fit the operation, or make it cost too much, or all of it is denied
   */
  run(
    variables: Readonly<Record<string, unknown>>,
    call: MakeCall,
    anonymous: boolean,
  ): Promise<Result> | readonly GraphQLFormattedError[];
  /**
   * What it costs with the variables of a client, which must fit.
   * @throws BAD_USER_INPUT when they give a list a length that no list has
   */
  estimateCost(variables: Readonly<Record<string, unknown>>): number;
  /** What an answer cost. @param data JSON, parsed */
  countCost(data: unknown): number;
}

/** Has something against the cost of an operation. */
export type AdmitCost = (reckon: () => number) => GraphQLError | undefined;

/**
 * @param schema what clients see
 * @param admit hears of the cost of every run before anything is fetched; undefined: costs are not reckoned
 */
export function createLinkOperation(
  schema: GraphQLSchema,
  admit: AdmitCost | undefined,
): (program: Program) => LinkedOperation {
  return (program) => {
    linked += 1;
    return linkOperation(program, schema, admit, linked);
  };
}

/** How many operations there were. */
let linked = 0;

function linkOperation(
  program: Program,
  schema: GraphQLSchema,
  admit: AdmitCost | undefined,
  number: number,
): LinkedOperation {
  const readVariables = createReadVariables(program, schema);
  const introspect = createIntrospect(program, schema);
  const run = linkProgram(program);
  const refuseDenied = createRefuseDenied(program);
  const fixed = fixedCost(program.cost);
  const finishCost = createFinishCost(program.cost);

  return {
    number,
    type: program.type,
    name: program.name,
    explained: program.explained,
    requirements: program.requirements.length === 0 ? undefined : program.requirements,
    keeps: keepsOf(program),
    run(given, call, anonymous) {
      const variables = readVariables(given);
      if (!("texts" in variables)) return variables;
      const refusal = admit?.(() => finishCost(variables));
      if (refusal !== undefined) return [refusal.toJSON()];
      const { switches, texts, values } = variables;
      const denied = refuseDenied(switches, anonymous);
      if (denied !== undefined) return denied;
      const introspected = introspect(values);
      return run({ call, variables: texts, switches, anonymous, introspect: introspected });
    },
    estimateCost(given) {
      if (fixed !== undefined) return fixed;
      const variables = readVariables(given);
      return "texts" in variables ? finishCost(variables) : 0;
    },
    countCost: (data) => countCost(program.cost, data),
  };
}
