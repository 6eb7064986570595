import { v4 as newEpoch } from "uuid";
import type { Redis } from "../redis.ts";
import { leaveScript, registerScript } from "./scripts.ts";

/** What the guard says of a replica that may serve its own copies. */
export interface Registration {
  readonly epoch: string;
  /** Of the last drop. */
  readonly number: number;
  /** Milliseconds; not above 0 when there is none. */
  readonly watermark: number;
  /** The id of the last message in the stream of drops. */
  readonly last: string;
}

/** @throws when Redis cannot be reached in time */
export async function register(
  redis: Redis,
  at: string,
  replica: string,
  lease: number,
): Promise<Registration> {
  const keys = [`${at}guard`, `${at}watermark`, `${at}drops`];
  const answer = await redis.eval(registerScript, keys, [newEpoch(), lease, replica]);
  const [epoch, number, watermark, last] = answer as [string, number, number, string];
  return { epoch, number, watermark, last };
}

/** Takes back what `register` said. */
export async function leave(redis: Redis, at: string, replica: string): Promise<void> {
  await redis.eval(leaveScript, [`${at}guard`], [replica]);
}
