import type { Clock } from "./clock.ts";
import type { Redis } from "./redis.ts";
import { type FirstTime, goodFor } from "./request-signature.ts";

/** How far a request may be behind the newest one of its process: 13 s at 20,000 requests a second, in 32 kB. */
const span = 2 ** 18;

/** The requests that came from one process. */
interface Sender {
  newest: number;
  /** Milliseconds since the epoch. */
  heardAt: number;
  /** A bit for each of the last `span` numbers. */
  readonly met: Uint32Array;
}

/**
 * Remembers which requests have come. A process numbers its requests, so one bit for each is enough; one that is too
 * far behind to be known counts as met.
 */
export function createReplayMemory(clock: Clock): FirstTime {
  const senders = new Map<string, Sender>();

  /** Nothing that a process signed is good any more when it was silent for so long. */
  function forgetSilent(now: number): void {
    for (const [process, { heardAt }] of senders) {
      if (heardAt + goodFor * 1000 < now) senders.delete(process);
    }
  }

  function senderOf(process: string): Sender {
    const now = clock.now();
    const known = senders.get(process);
    if (known !== undefined) {
      known.heardAt = now;
      return known;
    }
    forgetSilent(now);
    const sender = { newest: -1, heardAt: now, met: new Uint32Array(span / 32) };
    senders.set(process, sender);
    return sender;
  }

  return ({ number, process }) => {
    const sender = senderOf(process);
    const { met, newest } = sender;
    if (number <= newest - span) return false;
    if (number > newest) {
      if (number - newest >= span) met.fill(0);
      else for (let next = newest + 1; next < number; next += 1) clear(met, next);
      sender.newest = number;
    } else if (has(met, number)) return false;
    set(met, number);
    return true;
  };
}

/** Numbers that lie in one value of Redis: 4 kB of bits. */
const page = 2 ** 15;
/** Milliseconds for which Redis is not asked again after a fault. */
const pause = 1_000;

/**
 * Has all replicas remember together, so that what one has met is met for all. While Redis is gone each knows what it met
 * itself: requests go on.
 */
export function rememberTogether(own: FirstTime, redis: Redis): FirstTime {
  let pausedUntil = 0;
  return async (numbered) => {
    if (!(await own(numbered))) return false;
    if (redis.run() === undefined || performance.now() < pausedUntil) return true;
    const { number, process } = numbered;
    const key = `met:${process}:${Math.floor(number / page)}`;
    const asked = redis.client
      .pipeline()
      .setbit(key, number % page, 1)
      .expire(key, goodFor);
    try {
      const [[fault, met] = []] = (await asked.exec()) ?? [];
      if (fault) throw fault;
      return met === 0;
    } catch {
      pausedUntil = performance.now() + pause;
      return true;
    }
  };
}

const word = (number: number): number => (number % span) >>> 5;
const bit = (number: number): number => 1 << (number % 32);

function has(met: Uint32Array, number: number): boolean {
  return ((met[word(number)] ?? 0) & bit(number)) !== 0;
}

function set(met: Uint32Array, number: number): void {
  met[word(number)] = (met[word(number)] ?? 0) | bit(number);
}

function clear(met: Uint32Array, number: number): void {
  met[word(number)] = (met[word(number)] ?? 0) & ~bit(number);
}
