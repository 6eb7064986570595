import { crc32 } from "node:zlib";
import { v4 as newEpoch } from "uuid";
import type { Log } from "../../../runtime/log.ts";
import type { Redis } from "../../../runtime/redis.ts";
import { createBreaker } from "./breaker.ts";
import { decodeEntry, encodeEntry, type Known } from "./entry.ts";
import { type Namespace, namesAt } from "./namespace.ts";
import { dropScript, fillScript, leaveScript, registerScript, watermarkScript } from "./scripts.ts";

/** What all replicas of a service keep of entities together, in Redis. */
export interface SecondLevel {
  /** What is there of these keys, in one round trip; undefined when Redis does not answer in time. */
  look(keys: readonly string[]): Promise<Look | undefined>;
  /** Keeps what was read from the database after `look`. A fault is a miss of a later read. */
  fill(look: Look, entries: readonly Fill[]): void;
  /** @throws when it is not certain that Redis has forgotten them */
  drop(keys: readonly string[]): Promise<Dropped>;
}

/** What was seen of some keys at one moment. */
export interface Look {
  readonly found: ReadonlyMap<string, Known>;
  readonly token: FillToken;
}

/** The state of the guard before a read of the database. */
interface FillToken {
  readonly prefix: string;
  readonly epoch: string;
  readonly counts: ReadonlyMap<string, string>;
}

export interface Fill {
  readonly key: string;
  readonly value: unknown;
  /** Milliseconds. */
  readonly ttl: number;
}

export interface Dropped {
  readonly epoch: string;
  readonly number: number;
  /** Milliseconds in which replicas may serve of which the guard does not know yet. */
  readonly unknown: number;
  /** Replicas that may still serve a copy of their own. */
  readonly replicas: readonly string[];
}

export interface SecondLevelOptions {
  readonly namespace: Namespace;
  readonly replica: string;
  /** For reads; its commands time out soon. */
  readonly reads: Redis;
  /** For drops, which may take longer. */
  readonly writes: Redis;
  /** Milliseconds. */
  readonly lease: number;
  readonly log: Log;
}

const shards = 4_096;
/** Milliseconds without reads of Redis after a fault. */
const bypass = 1_000;

export function createSecondLevel(options: SecondLevelOptions): SecondLevel {
  const { lease, log, namespace, reads, replica, writes } = options;
  const breaker = createBreaker(bypass, log);

  /** Undefined while reads and drops would not reach the same server. */
  function prefix(): string | undefined {
    const run = writes.run();
    return run === reads.run() ? namespace.at(run) : undefined;
  }

  async function ask(keys: readonly string[], at: string): Promise<Look> {
    const fields = [...new Set(keys.map(shardOf))];
    const answers = await reads.client
      .pipeline()
      .hmget(`${at}guard`, "epoch", ...fields)
      .mget(`${at}watermark`, ...keys.map((key) => `${at}${key}`))
      .exec();
    const [guard, values] = (answers ?? []).map(([error, answer]) => {
      if (error !== null) throw error;
      return answer as readonly (string | null)[];
    });
    const [epoch, ...counts] = guard ?? [];
    const [watermark, ...texts] = values ?? [];
    const found = new Map<string, Known>();
    // Without a watermark a drop may be on its way: what is there may be old.
    if (watermark != null) {
      keys.forEach((key, index) => {
        const known = decodeEntry(key, texts[index] ?? "");
        if (known !== undefined) found.set(key, known);
      });
    }
    const counted = fields.map((field, index) => [field, counts[index] ?? "0"] as const);
    return { found, token: { prefix: at, epoch: epoch ?? "", counts: new Map(counted) } };
  }

  return {
    async look(keys) {
      const at = prefix();
      if (at === undefined || !breaker.allows()) return undefined;
      try {
        const look = await ask(keys, at);
        breaker.succeeded();
        return look;
      } catch (error) {
        breaker.failed(error);
        return undefined;
      }
    },
    fill({ token }, entries) {
      if (prefix() !== token.prefix || token.epoch === "" || entries.length === 0) return;
      const args = entries.flatMap(({ key, ttl, value }) => {
        const shard = shardOf(key);
        return [shard, token.counts.get(shard) ?? "", Math.round(ttl), encodeEntry(key, value)];
      });
      const keys = [`${token.prefix}guard`, ...entries.map(({ key }) => `${token.prefix}${key}`)];
      reads.eval(fillScript, keys, [token.epoch, ...args]).catch(breaker.failed);
    },
    async drop(keys) {
      const at = namesAt(namespace, writes.run());
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
