import { errors, type JWTVerifyGetKey } from "jose";
import type { Clock } from "../../runtime/clock.ts";
import { failure } from "../../runtime/errors.ts";
import { type FindKey, type KeySource, type PublishedKeys, readKeys } from "./read-keys.ts";

/** All in milliseconds. */
const times = {
  /** Known keys are read again after this, and go on being used meanwhile. */
  refreshAfter: 5 * 60_000,
  /** Keys are trusted for this long when their issuer cannot be reached. */
  trustedFor: 24 * 3_600_000,
  /** From a reading that failed to the next. */
  pause: 30_000,
  /** The same while there is no key at all. */
  pauseWithoutKeys: 1_000,
  /** For which no unknown key has them read again, once one was not among those just read. */
  unknown: 30_000,
};

interface KeySetOptions {
  readonly source: KeySource;
  readonly clock: Clock;
  readonly readFailed: (error: unknown) => void;
  /** Told when there are other keys than before: what was found out by the old ones need not hold. */
  readonly changed: () => void;
}

/**
 * The issuer's public keys, read when they are first needed. An unknown key id has them read again, once: so a new key is taken
 * when its first token comes, and a flood of ids that do not exist reads nothing. An issuer that is down costs nothing as
 * long as its keys are known.
 * The function throws KEYS_UNAVAILABLE when there are none to be had, and jose's errors for a key that does not exist.
 */
export function createKeySet({
  changed,
  clock,
  readFailed,
  source,
}: KeySetOptions): JWTVerifyGetKey {
  let published: PublishedKeys | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;
  let missedAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  const known = (): FindKey | undefined =>
    clock.now() - readAt <= times.trustedFor ? published?.find : undefined;

  function mayRead(): boolean {
    const pause = known() === undefined ? times.pauseWithoutKeys : times.pause;
    return clock.now() >= failedAt + pause;
  }

  /** Reads, unless that was tried in vain a moment ago; whoever comes meanwhile gets what is being read. */
  function refresh(): Promise<void> {
    if (reading === undefined && !mayRead()) return Promise.resolve();
    reading ??= readAgain().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  async function readAgain(): Promise<void> {
    try {
      const before = published;
      published = await readKeys(source);
      readAt = clock.now();
      failedAt = Number.NEGATIVE_INFINITY;
      if (before?.text !== published.text) changed();
    } catch (error) {
      failedAt = clock.now();
      readFailed(error);
    }
  }

  function keys(): FindKey {
    const current = known();
    if (current === undefined) throw failure("KEYS_UNAVAILABLE");
    return current;
  }

  return async (header, token) => {
    const isFirst = known() === undefined;
    if (isFirst) await refresh();
    else if (clock.now() - readAt > times.refreshAfter) void refresh();
    try {
      return await keys()(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const isSettled = reading === undefined && clock.now() < missedAt + times.unknown;
      if (isSettled) throw error;
      if (!isFirst) await refresh();
      if (failedAt > readAt) throw failure("KEYS_UNAVAILABLE");
      try {
        return await keys()(header, token);
      } catch (missed) {
        missedAt = clock.now();
        throw missed;
      }
    }
  };
}
