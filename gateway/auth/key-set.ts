import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from "jose";
import type { Clock } from "../../runtime/clock.ts";
import { failure } from "../../runtime/errors.ts";

/** All in milliseconds. */
const times = {
  /** Between two readings at least, whether they succeed or not, so that unknown key ids cannot flood the issuer. */
  cooldown: 30_000,
  /** The same while there is no key at all. */
  cooldownWithoutKeys: 1_000,
  /** Known keys are read again after this, and go on being used meanwhile. */
  refreshAfter: 5 * 60_000,
  /** Keys are trusted for this long when their issuer cannot be reached. */
  trustedFor: 24 * 3_600_000,
  timeout: 3_000,
};

interface KeySetOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly readFailed: (error: unknown) => void;
}

/**
 * The issuer's public keys, read when they are first needed. An unknown key id has them read again; an issuer that is
 * down costs nothing as long as keys are known.
 * The function throws KEYS_UNAVAILABLE when there are none to be had, and jose's errors for a key that does not exist.
 */
export function createKeySet({ clock, readFailed, url }: KeySetOptions): JWTVerifyGetKey {
  let triedAt = Number.NEGATIVE_INFINITY;
  let readAt = Number.NEGATIVE_INFINITY;
  const age = (): number => clock.now() - readAt;

  const keys = createRemoteJWKSet(new URL(url), {
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: times.cooldown,
    timeoutDuration: times.timeout,
    async [customFetch](...request) {
      // jose's own cooldown counts successful readings only.
      const wait = age() > times.trustedFor ? times.cooldownWithoutKeys : times.cooldown;
      if (clock.now() < triedAt + wait) throw new Error("the keys were asked for a moment ago");
      triedAt = clock.now();
      try {
        const response = await fetch(...request);
        if (response.status !== 200) throw new Error(`status ${response.status} for the keys`);
        readAt = clock.now();
        return response;
      } catch (error) {
        readFailed(error);
        throw error;
      }
    },
  });

  return async (header, token) => {
    if (age() > times.trustedFor) {
      await keys.reload().catch(() => {
        throw failure("KEYS_UNAVAILABLE");
      });
    } else if (age() > times.refreshAfter) {
      void keys.reload().catch(() => {});
    }
    return keys(header, token);
  };
}
