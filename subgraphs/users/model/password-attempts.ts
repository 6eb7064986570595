import { createHash } from "node:crypto";
import { codeOf } from "../../../runtime/errors.ts";
import { createRateLimiter, type RateLimiter, type RateOptions } from "../../../runtime/rates.ts";
import { tooMany } from "./too-many.ts";

/** How often passwords may be tried in vain. */
export interface AttemptLimits {
  /** For one account from one address, in a minute; and in one operation, whatever the accounts. */
  readonly attempts: number;
  /** From one address, in a minute. */
  readonly address: number;
  /** For one account, in an hour. */
  readonly account: number;
}

export const usualAttemptLimits: AttemptLimits = { attempts: 5, address: 30, account: 100 };

/** Who tries: one for each operation. */
export interface Caller {
  /** An IPv4 address or an IPv6 network; empty when it is not known, and then not counted. */
  readonly address: string;
}

export interface PasswordAttempts {
  /**
   * Runs an attempt, if there may be one more. It counts before it runs, so that attempts at the same time count too,
   * and no longer when the password was right or never compared.
   * @param account what the account is known by: the same for right and wrong ones
   * @throws RATE_LIMITED, and what the attempt throws
   */
  attempt<Result>(account: string, caller: Caller, run: () => Promise<Result>): Promise<Result>;
}

const minute = 60;
const hour = 60 * minute;

export function createPasswordAttempts(
  limits: AttemptLimits,
  options: Pick<RateOptions, "redis" | "replicas">,
): PasswordAttempts {
  // Without Redis nobody may guess more: each replica has its part of the limit.
  const how: RateOptions = { ...options, withoutRedis: "memory" };
  const limiter = (name: keyof AttemptLimits, seconds: number): RateLimiter =>
    createRateLimiter({ name, points: limits[name], seconds }, how);
  const byPair = limiter("attempts", minute);
  const byAddress = limiter("address", minute);
  const byAccount = limiter("account", hour);
  const inOperation = new WeakMap<Caller, number>();

  function countInOperation(caller: Caller): void {
    const count = (inOperation.get(caller) ?? 0) + 1;
    inOperation.set(caller, count);
    if (count > limits.attempts) throw tooMany(byPair, minute * 1000);
  }

  return {
    async attempt(account, caller, run) {
      countInOperation(caller);
      const { address } = caller;
      const owner = nameOf(account);
      const pair = `${owner} ${address}`;
      const counters: [RateLimiter, string][] = [[byPair, pair]];
      if (address !== "") counters.push([byAddress, address]);
      counters.push([byAccount, owner]);
      for (const [counter, key] of counters) {
        const { allowed, untilReset } = await counter.take(key, 1);
        if (!allowed) throw tooMany(counter, untilReset);
      }
      const uncount = () => Promise.all(counters.map(([counter, key]) => counter.giveBack(key, 1)));
      try {
        const result = await run();
        await Promise.all([uncount(), byPair.forget(pair)]);
        return result;
      } catch (error) {
        // What says nothing about the password, such as a database that is down, is no guess.
        if (codeOf(error) !== "INVALID_CREDENTIALS") await uncount();
        throw error;
      }
    },
  };
}

/** Counters lie in Redis and in dumps of it: no address of anyone does. */
function nameOf(account: string): string {
  return createHash("sha256").update(account).digest("base64url");
}
