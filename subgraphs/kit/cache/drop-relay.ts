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
  const witness = writes.outage.asker("drops of the cache");
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();
  let stopped = false;
  let failing = false;

  async function round(): Promise<void> {
    await namespace.learn();
    // Before the look into the outbox: what is committed after it need not be seen.
    const [at, time] = await orTell(begin());
    const drops = await outbox.pending(most);
    if (drops.length > 0) {
      const keys = new Set(drops.flatMap(({ keys }) => keys));
      for (const part of partsOf([...keys])) await orTell(second.drop(part));
      await outbox.forget(drops);
    }
    if (drops.length < most) await orTell(liftWatermark(writes, at, time + lease));
    witness.works();
  }

  async function begin(): Promise<readonly [at: string, time: number]> {
    return [namesAt(namespace, writes.run()), await timeOf(writes)];
  }

  /** A fault of Redis, not of the database. */
  async function orTell<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      witness.failed(error);
      throw error;
    }
  }

  function work(): Promise<void> {
    return round().then(
      () => {
        failing = false;
      },
      (error: unknown) => {
        // A fault of Redis has been told.
        if (failing || writes.outage.lasts()) return;
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
