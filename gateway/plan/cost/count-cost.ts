import type { OperationCost, Tally } from "./cost.ts";

/** What an answer costs: every value in it that is not null by the weight of its field. @param data parsed JSON */
export function countCost({ base, tally }: OperationCost, data: unknown): number {
  return base + inside(data, tally);
}

function inside(value: unknown, tally: readonly Tally[]): number {
  if (typeof value !== "object" || value === null) return 0;
  let cost = 0;
  for (const { key, weight, within } of tally) {
    if (!Object.hasOwn(value, key)) continue;
    cost += values((value as Record<string, unknown>)[key], weight, within);
  }
  return cost;
}

function values(value: unknown, weight: number, within: readonly Tally[]): number {
  if (value === null) return 0;
  if (!Array.isArray(value)) return weight + inside(value, within);
  let cost = 0;
  for (const one of value) cost += values(one, weight, within);
  return cost;
}
