import { codeOf } from "../../../runtime/errors.ts";
import { createRateLimiter, type RateOptions } from "../../../runtime/rates.ts";
import type { Caller } from "./password-attempts.ts";
import { tooMany } from "./too-many.ts";

/** How often one address may sign up in an hour. */
export const usualSignUpLimit = 30;

const hour = 60 * 60;
/** What a sign-up finds out: like one that succeeds, it counts. */
const telling: readonly unknown[] = ["HANDLE_TAKEN", "EMAIL_TAKEN"];

export interface SignUps {
  /**
   * Runs a sign-up, if its address may have one more. It counts before it runs, so that several at the same time count too,
   * and no longer when a fault prevented it.
   * @throws RATE_LIMITED, and what it throws itself
   */
  attempt<Result>(caller: Caller, run: () => Promise<Result>): Promise<Result>;
}

/**
 * Limits how often one address signs up: every time costs a hash of a password, leaves an account or tells whether
 * somebody has one.
 */
export function createSignUps(
  limit: number,
  options: Pick<RateOptions, "redis" | "replicas">,
): SignUps {
  const limiter = createRateLimiter(
    { name: "signUps", points: limit, seconds: hour },
    { ...options, withoutRedis: "memory" },
  );
  return {
    async attempt({ address }, run) {
      if (address === "") return run();
      const { allowed, untilReset } = await limiter.take(address, 1);
      if (!allowed) throw tooMany(limiter, untilReset);
      try {
        return await run();
      } catch (error) {
        if (!telling.includes(codeOf(error))) await limiter.giveBack(address, 1);
        throw error;
      }
    },
  };
}
