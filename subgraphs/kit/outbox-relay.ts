import type { Part } from "../../runtime/lifecycle.ts";
import type { Log } from "../../runtime/log.ts";
import type { OutboxStore, TakenEvent } from "./outbox-store.ts";

/** Brings an event to its target, which may have it already. @throws DeliveryError, or anything, when that is not certain */
export type Deliver = (event: TakenEvent, signal: AbortSignal) => Promise<void>;

/** Why an event did not reach its target, in a code. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
  readonly code: string;
  constructor(code: string) {
    super(`the target did not take the event: ${code}`);
    this.code = code;
  }
}

/** Milliseconds. */
export interface Rhythm {
  /** Between looks at the outbox, when nothing calls for one earlier. */
  readonly poll: number;
  /** From a first failure to the next attempt; it doubles with each further one. */
  readonly firstDelay: number;
  readonly longestDelay: number;
  /** For which an event is one relay's; longer than any delivery takes. */
  readonly lease: number;
}

export interface OutboxRelayOptions {
  readonly store: OutboxStore;
  /** By name. Events for other targets wait. */
  readonly targets: Readonly<Record<string, Deliver>>;
  readonly log: Log;
  /** Hears how each attempt ended: `error` is a code. */
  readonly attempted?: (target: string, error: string | undefined) => void;
  readonly rhythm?: Partial<Rhythm>;
}

export interface OutboxRelay extends Part {
  /** Something was written: it is delivered now, not at the next look. */
  wake(): void;
}

const defaultRhythm: Rhythm = { poll: 1_000, firstDelay: 250, longestDelay: 30_000, lease: 60_000 };
/** Events that are under way at the same time. */
const most = 20;
/** Milliseconds for which delivered events are kept, for those who look into what happened. */
const keep = 7 * 24 * 60 * 60 * 1000;
const sweepEvery = 60 * 60 * 1000;

/**
 * Delivers the events of an outbox, each at least once to each target, those of one key in order, for ever: a delivery is retried
 * until it succeeds. Any number of relays may work on one outbox. What one of them has under way when it dies is taken
 * up by another after the lease, so a target must know an event that comes again.
 */
export function createOutboxRelay(options: OutboxRelayOptions): OutboxRelay {
  const { log, store, targets, attempted = () => {} } = options;
  const rhythm = { ...defaultRhythm, ...options.rhythm };
  const names = Object.keys(targets);
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let called = false;
  let endPause = (): void => {};
  let unreadable = false;
  let sweptAt = Number.NEGATIVE_INFINITY;

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      called = false;
      const wait = await round().catch(outboxUnreadable);
      if (wait > 0 && !called) await pause(wait);
    }
  }

  /** @returns milliseconds after which there may be more to do */
  async function round(): Promise<number> {
    const events = await store.take(names, most, rhythm.lease);
    unreadable = false;
    const delays = await Promise.all(events.map(attempt));
    const failures = delays.filter((delay) => delay !== undefined);
    // A target that is down is not asked again for every event that waits for it.
    if (failures.length > 0) return Math.min(rhythm.poll, ...failures);
    if (events.length > 0) return 0;
    await sweep();
    return rhythm.poll * (0.75 + Math.random() / 2);
  }

  /** @returns undefined when the event is delivered, or else the milliseconds until its next attempt */
  async function attempt(event: TakenEvent): Promise<number | undefined> {
    try {
      await targets[event.target]?.(event, stopping.signal);
    } catch (error) {
      const code = error instanceof DeliveryError ? error.code : "UNEXPECTED";
      const delay = stopping.signal.aborted ? 0 : delayAfter(event.attempts, rhythm);
      attempted(event.target, code);
      const { attempts, id, target, topic } = event;
      log.warn({ event: id, topic, target, attempts, code }, "an event was not delivered");
      await store.failed(event, code, delay);
      return delay;
    }
    await store.delivered(event);
    attempted(event.target, undefined);
    return undefined;
  }

  async function sweep(): Promise<void> {
    if (performance.now() - sweptAt < sweepEvery) return;
    sweptAt = performance.now();
    await store.sweep(keep);
  }

  /** What was under way comes again after its lease. */
  function outboxUnreadable(error: unknown): number {
    if (!unreadable) log.warn({ err: error }, "the outbox cannot be read; trying again");
    unreadable = true;
    return rhythm.poll;
  }

  function pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return {
    name: "outbox relay",
    async start() {
      if (names.length > 0) running = run();
    },
    async stop() {
      stopping.abort();
      endPause();
      await running;
    },
    wake() {
      called = true;
      endPause();
    },
  };
}

/** Doubles up to the longest, and is up to a half shorter, so that those who failed together do not come back together. */
function delayAfter(attempts: number, { firstDelay, longestDelay }: Rhythm): number {
  const full = Math.min(longestDelay, firstDelay * 2 ** Math.min(attempts - 1, 30));
  return full * (0.5 + Math.random() / 2);
}
