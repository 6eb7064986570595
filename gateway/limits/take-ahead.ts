import { LRUCache } from "lru-cache";
import type { Rate, RateLimiter, Taken } from "../../runtime/rates.ts";

/** A key is given so many parts of its points ahead. */
const parts = 100;
/** Keys whose points are known at most. */
const maxKeys = 10_000;

/** Points that most often are there at once. */
export interface PointsAhead {
  readonly rate: Rate;
  take(key: string, points: number): Taken | Promise<Taken>;
}

/** What a key has been given ahead. */
interface Portion {
  left: number;
  /** What the limiter has left for it beside these. */
  beyond: number;
  /** When the window ends, by `performance.now()`. */
  until: number;
  /** Whether more is on its way. */
  asking: boolean;
}

/**
 * Takes points of a limiter ahead, a hundredth of all at a time, and gives them out at once: so most requests wait for nobody, and most ask
 * no Redis. What one replica has taken ahead another one does not have, so a key may be refused so much sooner.
 */
export function takeAhead(limiter: RateLimiter): PointsAhead {
  const { rate } = limiter;
  const size = Math.floor(rate.points / parts);
  const portions = new LRUCache<string, Portion>({ max: maxKeys });

  async function takeMore(key: string, points: number, portion: Portion): Promise<Taken> {
    const missing = Math.max(0, points - portion.left);
    const ahead = portion.asking ? 0 : Math.max(0, Math.min(size, portion.beyond - missing));
    portion.left = Math.max(0, portion.left - points);
    if (ahead > 0) portion.asking = true;
    const taken = await limiter.take(key, missing + ahead);
    if (ahead > 0) portion.asking = false;
    if (taken.allowed) portion.left += ahead;
    portion.beyond = taken.left;
    portion.until = performance.now() + taken.untilReset;
    return { ...taken, left: taken.left + portion.left };
  }

  return {
    rate,
    take(key, points) {
      const now = performance.now();
      let portion = portions.get(key);
      if (portion === undefined || now >= portion.until) {
        portion = {
          left: 0,
          beyond: rate.points,
          until: now + rate.seconds * 1_000,
          asking: false,
        };
        portions.set(key, portion);
      }
      if (portion.left < points) return takeMore(key, points, portion);
      portion.left -= points;
      return {
        allowed: true,
        left: portion.beyond + portion.left,
        untilReset: portion.until - now,
      };
    },
  };
}
