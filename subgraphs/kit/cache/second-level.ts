import { crc32 } from "node:zlib";
import { v4 as newEpoch } from "uuid";
import type { Dropped } from "../../../runtime/hearing/hearing.ts";
import { type Names, namesAt } from "../../../runtime/hearing/names.ts";
import type { Redis } from "../../../runtime/redis.ts";
import { createBreaker } from "./breaker.ts";
import { decodeEntry, encodeEntry, type Known } from "./entry.ts";
import type { Place } from "./first-level.ts";
import { createPaced } from "./paced.ts";
import { dropScript, fillScript, watermarkScript } from "./scripts.ts";

/** What all replicas of a service keep together, in Redis. */
export interface SecondLevel {
  /** What is there at these places, in one round trip; undefined when Redis does not answer in time. */
  look(places: readonly Place[]): Promise<Look | undefined>;
  /** Keeps what was read from the database after `look`, some milliseconds later at most. A fault is a miss of a later read. */
  fill(look: Look, entries: readonly Fill[]): void;
  /** @throws when it is not certain that Redis has forgotten them */
  drop(keys: readonly string[]): Promise<Dropped>;
}

/** What was seen at some places at one moment. */
export interface Look {
  /** By key. */
  readonly found: ReadonlyMap<string, Known>;
  readonly token: FillToken;
}

/** The state of the guard before a read of the database. */
interface FillToken {
  readonly prefix: string;
  readonly epoch: string;
  /** By key. */
  readonly states: ReadonlyMap<string, ShardState>;
}

/** The counter of a key's drops, as a field of the guard. */
interface ShardState {
  readonly shard: string;
  readonly count: string;
}

export interface Fill {
  readonly place: Place;
  readonly value: unknown;
  /** Milliseconds. */
  readonly ttl: number;
}

/** An entry, and what was seen before its value was read. */
interface Filling {
  readonly entry: Fill;
  readonly token: FillToken;
}

export interface SecondLevelOptions {
  readonly names: Names;
  readonly replica: string;
  /** For reads; its commands time out soon. */
  readonly reads: Redis;
  /** For drops, which may take longer. */
  readonly writes: Redis;
  /** Milliseconds. */
  readonly lease: number;
}

/** Counters of drops. Keys that share one do no harm but that of a drop too many. */
const shards = 65_536;
/** Milliseconds without reads of Redis after a fault. */
const bypass = 1_000;
/** A message to Redis costs as much as reading several rows; and Redis does nothing else while it takes a large one. */
const paceOfFills = { pause: 10, most: 500 };

export function createSecondLevel(options: SecondLevelOptions): SecondLevel {
  const { lease, names, reads, replica, writes } = options;
  const breaker = createBreaker(bypass, reads.outage.asker("reads of the cache"), async () => {
    const at = prefix();
    if (at === undefined) throw new Error("Redis cannot be reached");
    await ask([], at);
  });

  /** Undefined while reads and drops would not reach the same server. */
  function prefix(): string | undefined {
    const run = writes.run();
    return run === reads.run() ? names.at(run) : undefined;
  }

  async function ask(places: readonly Place[], at: string): Promise<Look> {
    const shards = new Map<string, string>();
    for (const { guards } of places) {
      for (const guard of guards) if (!shards.has(guard)) shards.set(guard, shardOf(guard));
    }
    const answers = await reads.client
      .pipeline()
      .hmget(`${at}guard`, "epoch", ...shards.values())
      .mget(`${at}watermark`, ...places.map(({ key }) => `${at}${key}`))
      .exec();
    const [guard, values] = (answers ?? []).map(([error, answer]) => {
      if (error !== null) throw error;
      return answer as readonly (string | null)[];
    });
    const [epoch, ...counts] = guard ?? [];
    const [watermark, ...texts] = values ?? [];
    const states = new Map<string, ShardState>();
    for (const [guard, shard] of shards) {
      states.set(guard, { shard, count: counts[states.size] ?? "0" });
    }
    const token = { prefix: at, epoch: epoch ?? "", states };
    const found = new Map<string, Known>();
    // Without a watermark a drop may be on its way: what is there may be old.
    if (watermark != null) {
      places.forEach((place, index) => {
        const known = knownAt(place, texts[index] ?? "", token);
        if (known !== undefined) found.set(place.key, known);
      });
    }
    return { found, token };
  }

  /** @param fillings of one prefix and one epoch */
  function send(fillings: readonly Filling[]): void {
    const { epoch, prefix: at } = (fillings[0] as Filling).token;
    if (prefix() !== at) return;
    const args = fillings.flatMap(({ entry: { place, ttl, value }, token }) => {
      const counted = place.guards.flatMap((guard) => {
        const { count = "", shard = "" } = token.states.get(guard) ?? {};
        return [shard, count];
      });
      const text = encodeEntry(place.key, {
        version: place.version,
        value: isTagged(place) ? tagged(place, value, token) : value,
      });
      return [Math.round(ttl), text, place.guards.length, ...counted];
    });
    const keys = fillings.map(({ entry }) => `${at}${entry.place.key}`);
    reads
      .eval(fillScript, [`${at}guard`, ...keys], [epoch, ...args])
      // A full Redis answers reads and takes nothing: that is told by the relay, which writes all the time.
      .catch(breaker.rest);
  }

  const fills = createPaced<Filling>((fillings) => {
    const together = new Map<string, Filling[]>();
    for (const filling of fillings) {
      const { epoch, prefix } = filling.token;
      const name = `${prefix} ${epoch}`;
      const others = together.get(name);
      if (others === undefined) together.set(name, [filling]);
      else others.push(filling);
    }
    for (const some of together.values()) send(some);
  }, paceOfFills);

  return {
    async look(places) {
      const at = prefix();
      if (at === undefined || !breaker.allows()) return undefined;
      try {
        return await ask(places, at);
      } catch (error) {
        breaker.failed(error);
        return undefined;
      }
    },
    fill({ token }, entries) {
      if (prefix() !== token.prefix || token.epoch === "" || entries.length === 0) return;
      fills(entries.map((entry) => ({ entry, token })));
    },
    async drop(keys) {
      const at = namesAt(names, writes.run());
      const answer = await writes.eval(
        dropScript,
        [`${at}guard`, `${at}drops`, ...keys.map((key) => `${at}${key}`)],
        [newEpoch(), lease, replica, JSON.stringify(keys), ...keys.map(shardOf)],
      );
      const [epoch, number, unknown, ...replicas] = answer as [string, number, number, ...string[]];
      return { epoch, number, unknown, replicas };
    },
  };
}

/**
 * What is kept under tags. A drop forgets the entries of the keys that it has; it does not know which ones are kept under a tag. So
 * these say what the counts of their tags were, and count as long as nothing was added to them.
 */
export interface TaggedEntry {
  readonly tags: readonly string[];
  readonly stamp: string;
  readonly value: unknown;
}

function tagged({ guards }: Place, value: unknown, token: FillToken): TaggedEntry {
  return { tags: guards, stamp: stampAt(guards, token), value };
}

function knownAt(place: Place, text: string, token: FillToken): Known | undefined {
  const known = decodeEntry(place.key, text);
  // While replicas of two versions run, each reads what the other has kept as nothing, and drops it.
  if (known?.version !== place.version) return undefined;
  if (!isTagged(place)) return known;
  const { stamp, value } = known.value as TaggedEntry;
  return stamp === stampAt(place.guards, token) ? { value } : undefined;
}

function isTagged({ guards, key }: Place): boolean {
  return guards[0] !== key;
}

function stampAt(tags: readonly string[], token: FillToken): string {
  const counts = tags.map((tag) => token.states.get(tag)?.count ?? "");
  return stampOf(token.epoch, counts);
}

/** What the stamp of an entry is that is kept now, when these are the counts of its tags. */
export function stampOf(epoch: string, counts: readonly string[]): string {
  return [epoch, ...counts].join(" ");
}

/** Milliseconds since the epoch by Redis' clock. */
export async function timeOf(redis: Redis): Promise<number> {
  const [seconds, microseconds] = await redis.client.time();
  return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
}

/** Says that until `until`, by Redis' clock, no write can be answered whose drop is missing here. */
export async function liftWatermark(redis: Redis, at: string, until: number): Promise<void> {
  await redis.eval(watermarkScript, [`${at}watermark`], [until]);
}

export function shardOf(key: string): string {
  return `c${crc32(key) % shards}`;
}
