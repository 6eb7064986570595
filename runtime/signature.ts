import { createHmac, timingSafeEqual } from "node:crypto";

/** Seconds for which a signature is good: longer than any request takes, too short to be worth stealing. */
const lifetime = 60;
/** Seconds by which two machines' clocks may differ. */
const leeway = 5;

/** HMAC-SHA256 in base64url. */
export function macOf(text: string, key: string | Uint8Array): string {
  return createHmac("sha256", key).update(text).digest("base64url");
}

/** Compares in a time that says nothing about where two texts differ. */
export function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Whether what was signed `at` is still good, and not from the future.
 * @param at seconds since the epoch
 * @param now milliseconds since the epoch
 */
export function isTimely(at: number, now: number): boolean {
  const seconds = now / 1000;
  return at <= seconds + leeway && at + lifetime + leeway >= seconds;
}
