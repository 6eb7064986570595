import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Log } from "../../runtime/log.ts";
import type { PlannerWatch } from "../plan/planner.ts";

/** Seconds: most documents take some ten milliseconds, hostile ones all that they are given. */
const buckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Counts and logs what planners do. */
export function watchPlanner(registry: Registry, log: Log): PlannerWatch {
  const registers = [registry];
  const planned = new Histogram({
    name: "gateway_planning_duration_seconds",
    help: "Time that documents took to be parsed, validated and planned, waiting left out",
    buckets,
    registers,
  });
  const waiting = new Gauge({
    name: "gateway_planning_queue",
    help: "Documents that wait to be planned",
    registers,
  });
  const restarts = new Counter({
    name: "gateway_planner_restarts_total",
    help: "Planner processes that were started anew",
    registers,
  });
  return {
    started(milliseconds) {
      log.debug({ milliseconds }, "a planner is ready");
    },
    planned(milliseconds) {
      planned.observe(milliseconds / 1000);
    },
    waiting(documents) {
      waiting.set(documents);
    },
    restarted(reason) {
      restarts.inc();
      log.warn({ reason }, "the planner is started anew");
    },
    failed(error) {
      log.error({ err: error }, "a document met a fault of the planner");
    },
    priorityKept(error) {
      log.info({ err: error }, "the planner runs at the priority of the gateway");
    },
  };
}
