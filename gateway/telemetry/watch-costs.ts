import { Counter, Histogram, type Registry } from "prom-client";
import type { Log } from "../../runtime/log.ts";
import type { CostWatch } from "../limits/cost.ts";

const buckets = [1, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 1_000_000];

export interface CostsWatch extends CostWatch {
  /** What an answer cost: of those whose client asks, and of one in a hundred of the others. */
  counted(cost: number): void;
}

/** Counts what operations cost. */
export function watchCosts(registry: Registry, log: Log): CostsWatch {
  const registers = [registry];
  const estimated = new Histogram({
    name: "gateway_operation_cost_estimated",
    help: "Cost of operations by the cost directives of the schema and their variables, before they run",
    buckets,
    registers,
  });
  const actual = new Histogram({
    name: "gateway_operation_cost_actual",
    help: "Cost of what was answered: of one answer in a hundred, and of those whose client asks",
    buckets,
    registers,
  });
  const tooExpensive = new Counter({
    name: "gateway_operations_too_expensive_total",
    help: "Operations whose estimated cost is beyond MAX_OPERATION_COST, refused or only measured",
    registers,
  });
  return {
    estimated: (cost) => estimated.observe(cost),
    counted: (cost) => actual.observe(cost),
    tooExpensive(cost, maximum) {
      tooExpensive.inc();
      log.debug({ cost, maximum }, "an operation is too expensive");
    },
  };
}
