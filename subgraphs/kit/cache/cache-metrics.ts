import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** Where a read found an entity. */
export type FoundIn = "first" | "second" | "database" | "shared";

export interface CacheMetrics {
  read(kind: string, from: FoundIn, entities: number): void;
  /** A write's drop: whether all replicas confirmed it, or it waited out the lease. */
  dropped(outcome: "confirmed" | "waited", seconds: number): void;
  appearAt(registry: Registry): void;
}

export interface CacheGauges {
  readonly size: () => number;
  readonly isCurrent: () => boolean;
}

export function createCacheMetrics({ isCurrent, size }: CacheGauges): CacheMetrics {
  const reads = new Counter({
    name: "cache_reads_total",
    help: "Entities that were read, by where they were found: first (this process), second (Redis), shared (another read under way), database",
    labelNames: ["kind", "from"],
    registers: [],
  });
  const drops = new Histogram({
    name: "cache_drop_seconds",
    help: "Time that a write waited for its drop: confirmed by all replicas, or waited out",
    labelNames: ["outcome"],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.05, 0.25, 1, 3, 5],
    registers: [],
  });
  const entries = new Gauge({
    name: "cache_entries",
    help: "Entities that this process keeps",
    registers: [],
    collect() {
      this.set(size());
    },
  });
  const current = new Gauge({
    name: "cache_current",
    help: "1 while this process hears what others drop and so serves its own copies",
    registers: [],
    collect() {
      this.set(isCurrent() ? 1 : 0);
    },
  });
  return {
    read(kind, from, entities) {
      if (entities > 0) reads.inc({ kind, from }, entities);
    },
    dropped: (outcome, seconds) => drops.observe({ outcome }, seconds),
    appearAt(registry) {
      registry.registerMetric(reads);
      registry.registerMetric(drops);
      registry.registerMetric(entries);
      registry.registerMetric(current);
    },
  };
}
