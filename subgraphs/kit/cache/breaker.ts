import type { RedisWitness } from "../../../runtime/redis-outage.ts";

/** Keeps reads away from a Redis that fails: after a fault nobody asks it until a question of our own is answered. */
export interface Breaker {
  /** Whether a read may ask. */
  allows(): boolean;
  failed(error: unknown): void;
  /** As after a fault, of which somebody else tells. */
  rest(): void;
}

/**
 * @param pause milliseconds before each question
 * @param ask rejects when reads would fail, so that none of them has to find out
 */
export function createBreaker(
  pause: number,
  witness: RedisWitness,
  ask: () => Promise<unknown>,
): Breaker {
  let resting = false;

  /** Several reads may have been under way. */
  function rest(): void {
    if (resting) return;
    resting = true;
    askLater();
  }

  function askLater(): void {
    setTimeout(() => {
      ask().then(
        () => {
          resting = false;
          witness.works();
        },
        (error: unknown) => {
          witness.failed(error);
          askLater();
        },
      );
    }, pause).unref();
  }

  return {
    allows: () => !resting,
    failed(error) {
      witness.failed(error);
      rest();
    },
    rest,
  };
}
