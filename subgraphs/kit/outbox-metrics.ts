import { Counter, Gauge, type Registry } from "prom-client";
import type { Backlog, OutboxStore } from "./outbox-store.ts";

export interface OutboxMetrics {
  attempted(target: string, error: string | undefined): void;
  /** Makes the metrics appear at `/metrics`. */
  appearAt(registry: Registry): void;
}

/** What an operator watches of an outbox. Every replica reads the same backlog, so take the maximum of it, and the sum of the counters. */
export function createOutboxMetrics(
  store: Pick<OutboxStore, "backlog">,
  targets: readonly string[],
): OutboxMetrics {
  const deliveries = new Counter({
    name: "outbox_deliveries_total",
    help: "Attempts to deliver an event by how they ended: delivered or failed",
    labelNames: ["target", "outcome"],
    registers: [],
  });
  const gauge = (name: string, help: string, reading: (waiting: Backlog) => number): Gauge =>
    new Gauge({
      name,
      help,
      labelNames: ["target"],
      registers: [],
      // Read at each look, not counted on the way: what a crash leaves behind is in it.
      async collect() {
        const backlog = await store.backlog().catch(() => undefined);
        this.reset();
        // Without the database nothing is known, and the metric is absent.
        if (backlog === undefined) return;
        for (const target of targets) this.set({ target }, 0);
        for (const waiting of backlog) this.set({ target: waiting.target }, reading(waiting));
      },
    });
  const lag = gauge(
    "outbox_lag_seconds",
    "Time since the oldest event was written that a target has not taken yet; 0 when there is none",
    ({ seconds }) => seconds,
  );
  const events = gauge(
    "outbox_undelivered_events",
    "Events that a target has not taken yet",
    (waiting) => waiting.events,
  );
  for (const target of targets) {
    for (const outcome of ["delivered", "failed"]) deliveries.inc({ target, outcome }, 0);
  }

  return {
    attempted(target, error) {
      deliveries.inc({ target, outcome: error === undefined ? "delivered" : "failed" });
    },
    appearAt(registry) {
      for (const metric of [deliveries, lag, events]) registry.registerMetric(metric);
    },
  };
}
