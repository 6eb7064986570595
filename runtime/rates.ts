import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import type { Redis } from "./redis.ts";

/** How much of something one key may have: points in a window that begins with the first. */
export interface Rate {
  readonly name: string;
  readonly points: number;
  readonly seconds: number;
}

export interface RateOptions {
  /** Where all replicas count together; without it each counts for itself. */
  readonly redis: Redis | undefined;
  /** Processes among which a rate is divided as long as each counts for itself. */
  readonly replicas: number;
  /** What holds while Redis is gone: each counts for itself, or everything passes. */
  readonly withoutRedis: "memory" | "pass";
}

/** What became of points that were asked for. */
export interface Taken {
  readonly allowed: boolean;
  readonly left: number;
  /** Milliseconds until the window ends and all points are there again. */
  readonly untilReset: number;
}

export interface RateLimiter {
  readonly rate: Rate;
  /** Never rejects. Points that are refused count as well, so that asking on does not help. */
  take(key: string, points: number): Promise<Taken>;
  giveBack(key: string, points: number): Promise<void>;
  /** The key has all its points again. */
  forget(key: string): Promise<void>;
}

/** Milliseconds for which Redis is not asked again after a fault. */
const pause = 1_000;

export function createRateLimiter(rate: Rate, options: RateOptions): RateLimiter {
  const { redis, replicas, withoutRedis } = options;
  const { name, points, seconds: duration } = rate;
  const keyPrefix = `rate:${name}`;
  const own = { keyPrefix, points: Math.ceil(points / replicas), duration };
  const memory = new RateLimiterMemory(own);
  const limiter =
    redis === undefined
      ? memory
      : new RateLimiterRedis({
          storeClient: redis.client,
          keyPrefix,
          points,
          duration,
          rejectIfRedisNotReady: true,
          // A key that has nothing left is refused without asking.
          inMemoryBlockOnConsumed: points,
          ...(withoutRedis === "memory" && { insuranceLimiter: memory }),
        });
  let pausedUntil = 0;

  /** Of a limiter that fails, what is asked for passes. */
  async function unlessGone<Result>(
    work: () => Promise<Result>,
    otherwise: Result,
  ): Promise<Result> {
    if (performance.now() < pausedUntil) return otherwise;
    try {
      return await work();
    } catch (error) {
      if (error instanceof RateLimiterRes) throw error;
      pausedUntil = performance.now() + pause;
      return otherwise;
    }
  }

  return {
    rate,
    async take(key, wanted) {
      try {
        const taken =
          redis === undefined
            ? await memory.consume(key, wanted)
            : await unlessGone(
                () => limiter.consume(key, wanted),
                new RateLimiterRes(points, duration * 1000),
              );
        return { allowed: true, left: taken.remainingPoints, untilReset: taken.msBeforeNext };
      } catch (refused) {
        const { msBeforeNext: untilReset } = refused as RateLimiterRes;
        return { allowed: false, left: 0, untilReset };
      }
    },
    async giveBack(key, returned) {
      await unlessGone(() => limiter.reward(key, returned), undefined);
    },
    async forget(key) {
      await unlessGone(() => limiter.delete(key), false);
    },
  };
}
