import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import type { House } from "../house.ts";
import { percentile } from "../load.ts";
import type { Side } from "./sides.ts";

export interface HotKeyOptions {
  /** Requests that are sent each second, as far as earlier ones are answered. */
  readonly rate: number;
  /** Longer than an entry lives in Redis. */
  readonly seconds: number;
}

/** Milliseconds between two bursts of requests. */
const tick = 5;

/** Requests without an answer at any time. */
const mostPending = 256;

interface Second {
  readonly times: number[];
  /** How often the database was asked: an entry had ended. */
  loads: number;
}

/**
 * Everybody asks for one thing, at a steady rate: what the slowest wait in the seconds in which its entries end, and how often the
 * database was asked for it.
 */
export async function* hotKey(
  { house }: Side,
  body: string,
  { rate, seconds }: HotKeyOptions,
): AsyncGenerator<string> {
  const { origin, pathname: path } = new URL(house.url);
  const pool = new Pool(origin, { connections: 64, pipelining: 1 });
  const headers = { "content-type": "application/json", accept: "application/json" };
  const found: Second[] = [];
  const pending = new Set<Promise<void>>();
  let right: string | undefined;

  async function ask(second: Second): Promise<void> {
    const sent = performance.now();
    const answer = await pool.request({ path, method: "POST", headers, body });
    const text = await answer.body.text();
    second.times.push(performance.now() - sent);
    right ??= text;
    if (answer.statusCode !== 200 || text !== right) throw new Error(text);
  }

  try {
    const began = performance.now();
    let sent = 0;
    let loads = await databaseReads(house);
    for (let number = 0; number < seconds; number++) {
      const second: Second = { times: [], loads: 0 };
      found.push(second);
      while (performance.now() - began < (number + 1) * 1_000) {
        const due = ((performance.now() - began) / 1_000) * rate;
        for (; sent < due; sent++) {
          // What cannot be answered at this rate is left out: a queue that only grows would be all that is measured.
          if (pending.size >= mostPending) continue;
          const one: Promise<void> = ask(second).finally(() => pending.delete(one));
          pending.add(one);
        }
        await sleep(tick);
      }
      const now = await databaseReads(house);
      second.loads = now - loads;
      loads = now;
    }
    await Promise.all(pending);
  } finally {
    await pool.destroy();
  }
  // The first second starts cold.
  const [, ...warm] = found;
  const p99 = (some: readonly Second[]): string => {
    const times = some.flatMap(({ times }) => times).toSorted((one, other) => one - other);
    return percentile(times, 0.99).toFixed(2);
  };
  const expired = warm.filter(({ loads }) => loads > 0);
  const quiet = warm.filter(({ loads }) => loads === 0);
  const answered = warm.reduce((sum, { times }) => sum + times.length, 0);
  const most = Math.max(0, ...expired.map(({ loads }) => loads));
  yield `cache hot-key rps ${(answered / warm.length).toFixed(0)} wanted ${rate} expiries ${expired.length} loads_each ${most} p99_expiry ${p99(expired)} p99_else ${p99(quiet)}`;
}

/** Entities that users has read from the database so far. */
async function databaseReads({ gatewayEnv }: House): Promise<number> {
  const response = await fetch(new URL("/metrics", gatewayEnv["USERS_URL"] ?? ""));
  const [, count] =
    /^cache_reads_total\{.*from="database".*\} (\d+)$/m.exec(await response.text()) ?? [];
  return Number(count ?? 0);
}
