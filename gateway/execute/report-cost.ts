import type { Request } from "../request.ts";
import type { LinkedOperation } from "./link-operation.ts";

/** Whoever sends this header, with any value, is told what the operation cost. */
const header = "x-graphql-cost";
/** Of how many answers nobody asks about one is counted. */
const sampleOf = 100;

/** Puts the cost of an operation into the body of its answer where the client asks for it. */
export type ReportCost = (
  request: Request,
  operation: LinkedOperation,
  variables: Readonly<Record<string, unknown>>,
  body: string | Buffer,
) => string | Buffer;

/**
 * Counting what an answer cost means reading it again, so it is done for those who ask, and for a sample.
 * @param counted hears of each cost that was counted
 */
export function createReportCost(maximum: number, counted: (cost: number) => void): ReportCost {
  let answers = 0;
  return (request, operation, variables, body) => {
    answers += 1;
    const asked = request.headers[header] !== undefined;
    if (!asked && answers % sampleOf !== 0) return body;
    const text = String(body);
    const answer = JSON.parse(text) as { readonly data: unknown; readonly extensions?: object };
    const actual = operation.countCost(answer.data);
    counted(actual);
    if (!asked) return body;
    const cost = { estimated: operation.estimateCost(variables), actual, maximum };
    if (answer.extensions !== undefined) {
      return JSON.stringify({ ...answer, extensions: { ...answer.extensions, cost } });
    }
    return `${text.slice(0, -1)},"extensions":${JSON.stringify({ cost })}}`;
  };
}
