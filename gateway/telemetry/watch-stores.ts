import { Counter, Gauge, type Registry } from "prom-client";
import type { OperationStore } from "../plan/store/operation-store.ts";

type WatchedStore = Pick<OperationStore<unknown>, "schemaId" | "stats">;

/** Has a store counted from now on. @returns ends that; with the last store of a schema goes all that is said of it */
export type WatchStore = (store: WatchedStore) => () => void;

/**
 * Counts what stores of operations know, apart for each schema: while a new one comes into use, nothing of it may be found among
 * the operations of the one before. Counted when somebody asks, as every request looks into a store.
 */
export function watchStores(registry: Registry): WatchStore {
  const stores = new Set<WatchedStore>();
  const lookups = new Counter({
    name: "gateway_operation_lookups_total",
    help: "Requests by whether their operation was known (hit) or had to be planned (miss)",
    labelNames: ["schema", "outcome"],
    registers: [],
    collect() {
      this.reset();
      for (const { schemaId: schema, stats } of stores) {
        const { hits, misses } = stats();
        this.inc({ schema, outcome: "hit" }, hits);
        this.inc({ schema, outcome: "miss" }, misses);
      }
    },
  });
  const operations = new Gauge({
    name: "gateway_operations",
    help: "Operations that are ready to run",
    labelNames: ["schema"],
    registers: [],
    collect() {
      this.reset();
      for (const { schemaId: schema, stats } of stores) this.inc({ schema }, stats().operations);
    },
  });
  const bytes = new Gauge({
    name: "gateway_operations_bytes",
    help: "Memory that operations take, and refusals that are remembered, about",
    labelNames: ["schema"],
    registers: [],
    collect() {
      this.reset();
      for (const { schemaId: schema, stats } of stores) this.inc({ schema }, stats().bytes);
    },
  });
  for (const metric of [lookups, operations, bytes]) registry.registerMetric(metric);

  return (store) => {
    stores.add(store);
    return () => void stores.delete(store);
  };
}
