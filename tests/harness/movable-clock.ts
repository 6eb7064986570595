import type { Clock } from "../../runtime/clock.ts";

/** The time as a test moves it. */
export interface MovableClock extends Clock {
  /** Lets milliseconds pass. */
  pass(milliseconds: number): void;
}

export function createMovableClock(): MovableClock {
  let now = Date.parse("2026-03-01T12:00:00Z");
  return {
    now: () => now,
    pass: (milliseconds) => {
      now += milliseconds;
    },
  };
}
