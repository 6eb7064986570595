import type { RedisWitness } from "../../../runtime/redis-outage.ts";

/** Keeps reads away from a Redis that fails: after a fault nobody asks it for a while, then one read tries. */
export interface Breaker {
  /** Whether this read may ask. */
  allows(): boolean;
  succeeded(): void;
  failed(error: unknown): void;
}

/** @param pause milliseconds without a question after a fault */
export function createBreaker(pause: number, witness: RedisWitness): Breaker {
  let closedUntil = 0;
  let faulty = false;
  return {
    allows() {
      if (!faulty) return true;
      const now = performance.now();
      if (now < closedUntil) return false;
      closedUntil = now + pause;
      return true;
    },
    succeeded() {
      witness.works();
      faulty = false;
    },
    failed(error) {
      witness.failed(error);
      faulty = true;
      closedUntil = performance.now() + pause;
    },
  };
}
