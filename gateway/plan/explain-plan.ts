import { type PlanNode, prettyFormatQueryPlan, type QueryPlan } from "@apollo/query-planner";

/** A plan for a reader, as Apollo's tools show it. */
export interface ExplainedPlan {
  readonly text: string;
  /** The planner's own form, as JSON. */
  readonly plan: unknown;
}

/** Explains plans that run one after the other. */
export function explainPlans(plans: readonly QueryPlan[]): ExplainedPlan {
  const nodes = plans.flatMap(({ node }) => node ?? []) as readonly PlanNode[];
  const [first] = nodes;
  const whole =
    nodes.length > 1 ? ({ kind: "Sequence", nodes: [...nodes] } satisfies PlanNode) : first;
  const plan: QueryPlan = { kind: "QueryPlan", ...(whole && { node: whole }) };
  return { text: prettyFormatQueryPlan(plan), plan: withoutDocuments(plan) };
}

/** Each fetch has its operation as text already. */
function withoutDocuments(plan: QueryPlan): unknown {
  return JSON.parse(
    JSON.stringify(plan, (key, value: unknown) =>
      key === "operationDocumentNode" ? undefined : value,
    ),
  );
}
