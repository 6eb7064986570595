import { namesAt } from "../../../runtime/hearing/names.ts";
import type { Part } from "../../../runtime/lifecycle.ts";
import type { Log } from "../../../runtime/log.ts";
import type { Redis } from "../../../runtime/redis.ts";
import { type DropOutbox, partsOf } from "./drop-outbox.ts";
import type { Namespace } from "./namespace.ts";
import { liftWatermark, type SecondLevel, timeOf } from "./second-level.ts";

export interface DropRelayOptions {
  readonly namespace: Namespace;
  readonly outbox: DropOutbox;
  readonly second: SecondLevel;
  readonly writes: Redis;
  /** Milliseconds. */
  readonly lease: number;
  readonly log: Log;
}

/** Announcements in one round at most. */
const most = 500;

/**
 * Drops what writers have announced and not dropped themselves, and lifts the watermark: what was committed a lease before it is
 * dropped. Every replica runs one; to drop twice does no harm. Where no relay reaches both database and Redis, the watermark goes
 * down within a lease, and the cache is not read.
 */
export function createDropRelay(options: DropRelayOptions): Part {
  const { lease, log, namespace, outbox, second, writes } = options;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();
  let stopped = false;
  let failing = false;

  async function round(): Promise<void> {
    await namespace.learn();
    const at = namesAt(namespace, writes.run());
    // Before the look into the outbox: what is committed after it need not be seen.
    const time = await timeOf(writes);
    const drops = await outbox.pending(most);
    if (drops.length > 0) {
      const keys = new Set(drops.flatMap(({ keys }) => keys));
      for (const part of partsOf([...keys])) await second.drop(part);
      await outbox.forget(drops);
    }
    if (drops.length < most) await liftWatermark(writes, at, time + lease);
  }

  function work(): Promise<void> {
    return round().then(
      () => {
        failing = false;
      },
      (error: unknown) => {
        if (!failing)
          log.warn({ err: error }, "drops are not brought to Redis; writes wait longer");
        failing = true;
      },
    );
  }

  function schedule(): void {
    const wait = (lease / 6) * (0.75 + Math.random() / 2);
    timer = setTimeout(() => {
      working = work().then(() => {
        if (!stopped) schedule();
      });
    }, wait);
    timer.unref();
  }

  return {
    name: "cache relay",
    async start() {
      // What a process that died here left behind is dropped before anything is read.
      await work();
      schedule();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await working;
    },
  };
}
