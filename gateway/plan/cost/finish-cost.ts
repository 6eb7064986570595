import type { When } from "../program.ts";
import type { CostTerm, InputWeights, OperationCost } from "./cost.ts";
import { readSize } from "./list-size.ts";

/** What is known of a request when its operation's cost is finished. */
export interface CostGivens {
  /** All that have a value, defaults included. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly switches: readonly boolean[];
}

/** More than this is nobody's bill, and no exact number. */
const most = Number.MAX_SAFE_INTEGER;

/** What an operation costs in which no argument plays a part; undefined for any other. */
export function fixedCost({ terms }: OperationCost): number | undefined {
  const last = terms.at(-1);
  if (last === undefined) return 0;
  return last.kind === "number" ? Math.min(last.value, most) : undefined;
}

/**
 * Makes what finishes the cost of an operation for a request. The function throws BAD_USER_INPUT when an argument gives a list
 * a length that no list has.
 */
export function createFinishCost(cost: OperationCost): (givens: CostGivens) => number {
  const fixed = fixedCost(cost);
  if (fixed !== undefined) return () => fixed;
  const { inputs, terms } = cost;

  return ({ switches, values }) => {
    const known = new Map<number, number>();
    return Math.min(costAt(terms.length - 1), most);

    /** Of a term that is needed: the arguments of a field that is left out say nothing. */
    function costAt(index: number): number {
      const before = known.get(index);
      if (before !== undefined) return before;
      const cost = costOf(terms[index] as CostTerm);
      known.set(index, cost);
      return cost;
    }

    function costOf(term: CostTerm): number {
      switch (term.kind) {
        case "number":
          return term.value;
        case "sum":
          return term.of.reduce((sum, one) => sum + costAt(one), 0);
        case "most":
          return term.of.reduce((largest, one) => Math.max(largest, costAt(one)), 0);
        case "times":
          return readSize(term.size, values) * costAt(term.of);
        case "when":
          return term.any.some((when) => holds(when, switches)) ? costAt(term.of) : 0;
        case "input":
          return inputCost(values[term.variable], term.weight, term.type, inputs);
        default:
          return term satisfies never;
      }
    }
  };
}

function holds(when: When, switches: readonly boolean[]): boolean {
  return when.every((number) => (switches[Math.abs(number) - 1] === true) === number > 0);
}

function inputCost(
  value: unknown,
  weight: number,
  type: string | undefined,
  inputs: OperationCost["inputs"],
): number {
  if (value === undefined || value === null) return 0;
  if (Array.isArray(value)) {
    return value.reduce((sum: number, one) => sum + inputCost(one, weight, type, inputs), 0);
  }
  const fields: InputWeights = type === undefined ? {} : (inputs[type] ?? {});
  if (typeof value !== "object") return weight;
  let cost = weight;
  for (const [name, one] of Object.entries(value)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field !== undefined) cost += inputCost(one, field.weight, field.type, inputs);
  }
  return cost;
}
