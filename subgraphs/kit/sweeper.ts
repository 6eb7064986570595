import type { Part } from "../../runtime/lifecycle.ts";
import type { Log } from "../../runtime/log.ts";

export interface SweeperOptions {
  readonly name: string;
  /** Removes some of what is due, so that no statement takes long; several processes may do it at once. @returns how much */
  readonly sweep: (most: number) => Promise<number>;
  /** What one call of `sweep` removes at most. */
  readonly most: number;
  /** Milliseconds between sweeps, up to a half more or less: processes that started together do not come together. */
  readonly every: number;
  /** Milliseconds between two calls of `sweep` when the first left something. */
  readonly pause: number;
  readonly log: Log;
}

/** Removes now and then what nobody needs any more. What fails is tried again at the next sweep. */
export function createSweeper({ every, log, most, name, pause, sweep }: SweeperOptions): Part {
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> = Promise.resolve();
  let stopped = false;

  function schedule(wait: number): void {
    if (stopped) return;
    timer = setTimeout(() => {
      sweeping = sweepOnce().then(schedule);
    }, wait);
    timer.unref();
  }

  /** @returns milliseconds until the next call */
  async function sweepOnce(): Promise<number> {
    try {
      const removed = await sweep(most);
      if (removed > 0) log.debug({ removed }, `${name}: swept`);
      return removed < most ? jittered(every) : pause;
    } catch (error) {
      log.warn({ err: error }, `${name}: the sweep failed`);
      return jittered(every);
    }
  }

  return {
    name,
    async start() {
      schedule(jittered(every));
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await sweeping;
    },
  };
}

function jittered(milliseconds: number): number {
  return milliseconds * (0.5 + Math.random());
}
