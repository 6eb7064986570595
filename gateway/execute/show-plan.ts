import type { ExplainedPlan } from "../plan/explain-plan.ts";
import type { Request } from "../request.ts";

/** Apollo's tools send this header, with any value, to see the plan of an operation beside its answer. */
const header = "apollo-query-plan-experimental";
const formatHeader = "apollo-query-plan-experimental-format";

export function asksForPlan({ headers }: Request): boolean {
  return headers[header] !== undefined;
}

/** Puts a plan into the body of an answer, where the stock gateway puts it. */
export function showPlan(
  body: string | Buffer,
  { plan, text }: ExplainedPlan,
  { headers }: Request,
): string {
  const answer = JSON.parse(String(body)) as { readonly extensions?: Record<string, unknown> };
  const shown = headers[formatHeader] === "internal" ? plan : text;
  return JSON.stringify({
    ...answer,
    extensions: { ...answer.extensions, __queryPlanExperimental: shown },
  });
}
