import type { Hearing } from "../../../runtime/hearing/hearing.ts";
import { InFlight } from "../../../runtime/in-flight.ts";
import type { Part } from "../../../runtime/lifecycle.ts";
import type { Log } from "../../../runtime/log.ts";
import type { CacheMetrics } from "./cache-metrics.ts";
import type { Announced, DropOutbox } from "./drop-outbox.ts";
import type { FirstLevel } from "./first-level.ts";
import type { SecondLevel } from "./second-level.ts";

export interface Drops extends Part {
  /** Makes sure that nobody reads what was before the commit of what is announced. Never throws. */
  settle(announced: Announced): Promise<void>;
  /** Whether one of the keys is not settled yet: Redis may hold what was before. */
  isUnsettled(keys: readonly string[]): boolean;
}

export interface DropsOptions {
  readonly first: FirstLevel;
  readonly second: SecondLevel;
  readonly hearing: Pick<Hearing, "heardByAll">;
  readonly outbox: DropOutbox;
  readonly metrics: CacheMetrics;
  /** Milliseconds. */
  readonly lease: number;
  readonly log: Log;
}

/** Milliseconds between attempts to reach Redis. */
const retryAfter = 100;

/*
 * Why this is enough. Let a write commit at C. An old copy is read from Redis only under a watermark, and from a process only while its
 * lease lasts, which is never longer than the watermark it saw. A watermark reaches to T + lease, where T is a moment after which the
 * outbox was looked into and every drop found there was made. If T is after C, the look has found this write's drop: Redis has
 * forgotten the old copy, the watermark was lifted after that, and a process that saw this watermark saw the number of the drop too,
 * and has taken its lease only after hearing it. If T is before C, the watermark, and each lease under it, ends before C + lease. So
 * from C + lease on no old copy is read, whatever became of the drop; and earlier, as soon as Redis has made it and each process
 * that is registered has heard it. An old copy does not come back: it is put into Redis only if the count of its shard is what it
 * was before its row was read, and kept by a process only if it has heard no drop of it since then.
 *
 * Many writes wait together. Each has a time of its own, C + lease, and none of them waits for that of another; so a request that has
 * committed several is answered a lease after the last of them at the latest. Until then only its own process must know better, as the
 * rest of the request reads what it has written: its own copies are gone at C, and of what is not settled it asks the database. A read
 * that asked Redis before C keeps nothing, as it began before the drop. That a process has not reached Redis for long shortens nothing:
 * another one may have lifted the watermark a moment before C.
 */
export function createDrops(options: DropsOptions): Drops {
  const { first, hearing, lease, log, metrics, outbox, second } = options;
  const forgetting = new InFlight<Promise<void>, Promise<void>>();
  /** How many announcements of each key are not settled. */
  const unsettled = new InFlight<string, number>();

  function count(keys: readonly string[], change: 1 | -1): void {
    for (const key of keys) {
      const left = (unsettled.get(key) ?? 0) + change;
      if (left === 0) unsettled.delete(key);
      else unsettled.set(key, left);
    }
  }

  /** The relay does it otherwise, and drops once more for nothing. */
  function forget(announced: Announced): void {
    const done = outbox
      .forgetOne(announced)
      .catch((error: unknown) => log.debug({ err: error }, "a drop that was made is made again"))
      .finally(() => forgetting.delete(done));
    forgetting.set(done, done);
  }

  /** @param end when everything old is out of reach anyway */
  async function dropUntil(keys: readonly string[], end: number): Promise<boolean> {
    for (;;) {
      try {
        const dropped = await second.drop(keys);
        const left = Math.max(0, end - performance.now());
        const [heard] = await Promise.all([
          hearing.heardByAll(dropped, left),
          dropped.unknown > 0 && pause(Math.min(dropped.unknown, left)),
        ]);
        return heard;
      } catch (error) {
        log.debug({ err: error }, "a drop was not confirmed");
        const left = end - performance.now();
        if (left <= 0) return false;
        await pause(Math.min(retryAfter, left));
      }
    }
  }

  return {
    name: "cache drops",
    async settle(announced) {
      const { keys } = announced;
      const committed = performance.now();
      count(keys, 1);
      first.drop(keys);
      // A tenth more than the lease, as clocks of two machines do not run at quite the same speed.
      const confirmed = await dropUntil(keys, committed + lease * 1.1);
      count(keys, -1);
      metrics.dropped(confirmed ? "confirmed" : "waited", (performance.now() - committed) / 1_000);
      if (confirmed) forget(announced);
    },
    isUnsettled: (keys) => unsettled.size > 0 && keys.some((key) => unsettled.has(key)),
    async start() {},
    async stop() {
      await Promise.all(forgetting.values());
    },
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
