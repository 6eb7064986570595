import type { Log } from "../../../runtime/log.ts";

/** Keeps reads away from a Redis that fails: after a fault nobody asks it for a while, then one read tries. */
export interface Breaker {
  /** Whether this read may ask. */
  allows(): boolean;
  succeeded(): void;
  failed(error: unknown): void;
}

/** @param pause milliseconds without a question after a fault */
export function createBreaker(pause: number, log: Log): Breaker {
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
      if (faulty) log.info("the cache in Redis is asked again");
      faulty = false;
    },
    failed(error) {
      if (!faulty) log.warn({ err: error }, "the cache in Redis is passed over");
      faulty = true;
      closedUntil = performance.now() + pause;
    },
  };
}
