import { GraphQLError } from "graphql";
import { failure } from "../../runtime/errors.ts";

export interface CostLimit {
  /** `off`: nothing is reckoned; `measure`: nothing is refused. */
  readonly mode: "off" | "measure" | "enforce";
  readonly maximum: number;
}

/** What there is to hear of costs. */
export interface CostWatch {
  estimated(cost: number): void;
  /** An operation whose cost is beyond the maximum, refused or not. */
  tooExpensive(cost: number, maximum: number): void;
}

/**
 * Refuses operations that cost too much, before anything is asked.
 * @returns what is asked of each run, with the way to its cost, which may throw for its arguments; undefined for `off`
 */
export function createCostLimit(
  { maximum, mode }: CostLimit,
  watch: CostWatch,
): ((reckon: () => number) => GraphQLError | undefined) | undefined {
  if (mode === "off") return undefined;
  return (reckon) => {
    let cost: number;
    try {
      cost = reckon();
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      return mode === "enforce" ? error : undefined;
    }
    watch.estimated(cost);
    if (cost <= maximum) return undefined;
    watch.tooExpensive(cost, maximum);
    if (mode !== "enforce") return undefined;
    const sentence = `The operation costs ${cost}, as estimated by its schema; at most ${maximum} is allowed.`;
    const details = { limit: "cost", value: cost, maximum };
    return failure("COST_ESTIMATED_TOO_EXPENSIVE", sentence, details);
  };
}
