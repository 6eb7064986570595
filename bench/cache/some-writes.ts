import { fire, type Shot } from "../gateways/fire.ts";
import { readMetric } from "../gateways/metrics.ts";
import type { House } from "../house.ts";
import { percentile } from "../load.ts";
import { type Questions, urlOf } from "./questions.ts";
import { createRenames } from "./renames.ts";
import type { Side, Sides } from "./sides.ts";
import { statementsOf } from "./statements.ts";

/** Every how many requests there is a write. */
const writeEvery = 20;
/** Writes that follow each other while nobody does anything else. */
const alone = 300;

export interface SomeWritesOptions {
  readonly connections: number;
  readonly requests: number;
}

/**
 * What a write takes by itself, and how much of that is waiting for its drop; then one write for nineteen reads, of what is read
 * most: the statements that the cache saves.
 */
export async function* someWrites(
  sides: Sides,
  users: Questions,
  options: SomeWritesOptions,
): AsyncGenerator<string> {
  const counted: Partial<Record<Side["cache"], Mixed>> = {};
  for (const side of [sides.on, sides.off]) {
    const { single, mixed } = await measure(side, users, options);
    counted[side.cache] = mixed;
    const at = (share: number): string => percentile(single.times, share).toFixed(2);
    yield `cache write ${side.cache} p50 ${at(0.5)} p99 ${at(0.99)} drop_mean_ms ${single.dropMs.toFixed(2)} statements ${single.statements.toFixed(2)}`;
    const per = (count: number): string => (count / options.requests).toFixed(3);
    yield `cache writes-5% ${side.cache} statements ${per(mixed.all)} of_reads ${per(mixed.ofReads)}`;
  }
  const { off, on } = counted;
  if (on === undefined || off === undefined) return;
  const saved = (read: (one: Mixed) => number): string =>
    ((1 - read(on) / read(off)) * 100).toFixed(1);
  yield `cache writes-5% saved_percent of_reads ${saved(({ ofReads }) => ofReads)} all ${saved(({ all }) => all)}`;
}

interface Single {
  /** Milliseconds of each write, the shortest first. */
  readonly times: readonly number[];
  /** Milliseconds that a write waited for its drop. */
  readonly dropMs: number;
  /** SQL statements for each write. */
  readonly statements: number;
}

interface Mixed {
  readonly all: number;
  /** Without those that the writes send when there is nothing but writes. */
  readonly ofReads: number;
}

async function measure(
  { house }: Side,
  users: Questions,
  { connections, requests }: SomeWritesOptions,
): Promise<{ readonly single: Single; readonly mixed: Mixed }> {
  const { read, times, write } = await createRenames(house, users);
  const common = { url: urlOf(users, house), headers: {} };
  const counted = async (work: () => Promise<unknown>): Promise<number> => {
    const before = await statementsOf(house);
    await work();
    return (await statementsOf(house)) - before;
  };

  const writing = { ...common, connections: 1, next: write, until: { requests: alone } };
  await fire(writing);
  times.length = 0;
  const waited = await dropsOf(house);
  const each = (await counted(() => fire(writing))) / alone;
  const now = await dropsOf(house);
  const sorted = times.toSorted((one, other) => one - other);
  const dropMs = ((now.seconds - waited.seconds) / (now.count - waited.count)) * 1_000;

  // Each thing once, the hottest last, and so all is cached that can be; then as it goes on.
  let last = users.bodies.length;
  const once = (): Shot => ({ body: users.bodies[--last] ?? "", check: () => undefined });
  await fire({ ...common, connections, next: once, until: { requests: last } });
  let sent = 0;
  const next = (): Shot => (++sent % writeEvery === 0 ? write() : read());
  times.length = 0;
  const all = await counted(() => fire({ ...common, connections, next, until: { requests } }));
  return {
    single: { times: sorted, dropMs, statements: each },
    mixed: { all, ofReads: all - each * times.length },
  };
}

interface DropTimes {
  readonly seconds: number;
  readonly count: number;
}

/** What users has waited for drops so far. */
async function dropsOf({ gatewayEnv }: House): Promise<DropTimes> {
  const url = gatewayEnv["USERS_URL"] ?? "";
  const metric = (name: string): Promise<number> => readMetric(url, `cache_drop_seconds_${name}`);
  return { seconds: await metric("sum"), count: await metric("count") };
}
