import { failure } from "../../../runtime/errors.ts";
import type { RateLimiter } from "../../../runtime/rates.ts";

/** @param milliseconds until there may be more */
export function tooMany({ rate: { name, points } }: RateLimiter, milliseconds: number): Error {
  const retryAfter = Math.max(1, Math.ceil(milliseconds / 1000));
  const message = `Too many attempts: the next one may be made in ${retryAfter} s.`;
  return failure("RATE_LIMITED", message, { limit: name, maximum: points, retryAfter });
}
