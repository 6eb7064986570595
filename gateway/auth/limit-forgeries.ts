import { RateLimiterMemory } from "rate-limiter-flexible";
import { failure } from "../../runtime/errors.ts";

/** Wrong signatures that one address may send in so many seconds. */
const rate = { points: 100, duration: 10 };

/** Counts what addresses send with wrong signatures: each costs a check, and nobody honest has one. */
export interface ForgeryLimit {
  /** @throws RATE_LIMITED as long as the address has had its share */
  admit(address: string): Promise<void>;
  count(address: string): void;
}

/** In this process alone: what it protects is the time of this process. */
export function limitForgeries(): ForgeryLimit {
  const limiter = new RateLimiterMemory({ keyPrefix: "forgeries", ...rate });
  return {
    async admit(address) {
      const counted = await limiter.get(address);
      if (counted === null || counted.consumedPoints < rate.points) return;
      const retryAfter = Math.max(1, Math.ceil(counted.msBeforeNext / 1000));
      throw failure(
        "RATE_LIMITED",
        `Too many tokens with wrong signatures: another one is looked at in ${retryAfter} s.`,
        {
          ...{ limit: "forgeries", maximum: rate.points, retryAfter },
          http: { headers: new Map([["retry-after", String(retryAfter)]]) },
        },
      );
    },
    count(address) {
      // Beyond its share it rejects: that is for `admit` to say.
      limiter.consume(address).catch(() => {});
    },
  };
}
