import sql, { type Sql } from "sql-template-tag";
import { v7 as newId } from "uuid";
import { type Announcement, announce, announceRow, partsOf } from "./drop-outbox.ts";
import type { Drops } from "./drops.ts";
import type { FirstLevel } from "./first-level.ts";

/** @param execute runs a statement in the transaction that changes the entities */
export type Announce = (
  keys: readonly string[],
  execute: (statement: Sql) => Promise<unknown>,
) => Promise<void>;

/**
 * A part of a statement that changes entities, by which it announces what it changes itself.
 * @param keys a JSON array in SQL
 * @param row a FROM item: one row when something is changed, none otherwise
 */
export type AnnounceRow = (keys: Sql, row: Sql) => Sql;

/** What one statement has changed. */
export interface Written<Result> {
  readonly result: Result;
  /** Those that it has announced; none when nothing is changed. */
  readonly keys: readonly string[];
}

/** Writes of what is cached. */
export interface CacheWrites {
  /** @param work commits a transaction in which it has announced the keys of all that it changes */
  write<Result>(work: (announce: Announce) => Promise<Result>): Promise<Result>;
  /** @param work sends one statement, which is a transaction by itself and announces the few keys of what it changes */
  writeAtOnce<Result>(work: (announce: AnnounceRow) => Promise<Written<Result>>): Promise<Result>;
}

/**
 * The writes of one request. Each is done when it is committed, and what this process reads from then on knows of it; the others learn of it
 * meanwhile, so that many writes wait no longer than one. The request may be answered once all of them are settled.
 */
export interface RequestWrites extends CacheWrites {
  /**
   * Waits until nobody reads any more what the writes have made old. That takes a millisecond or two, and about three seconds while
   * Redis or another replica cannot be asked; it never fails.
   */
  settled(): Promise<void>;
}

export function createRequestWrites({ settle }: Pick<Drops, "settle">): RequestWrites {
  const settling: Promise<void>[] = [];
  return {
    async write(work) {
      const announced: Announcement[] = [];
      const result = await work(async (keys, execute) => {
        for (const announcement of partsOf(keys).map(announce)) {
          await execute(announcement.statement);
          announced.push(announcement);
        }
      });
      settling.push(...announced.map(settle));
      return result;
    },
    async writeAtOnce(work) {
      const id = newId();
      const { keys, result } = await work((array, row) => announceRow(id, array, row));
      if (keys.length > 0) settling.push(settle({ id, keys }));
      return result;
    },
    settled: async () => void (await Promise.all(settling)),
  };
}

/** In the only process of its service, which need tell nobody. */
export function createLonelyWrites(first: Pick<FirstLevel, "drop" | "flush">): RequestWrites {
  return {
    async write(work) {
      const changed: string[] = [];
      try {
        return await work(async (keys) => void changed.push(...keys));
      } finally {
        // Also after an error: a commit may have succeeded whose answer was lost.
        first.drop(changed);
      }
    },
    async writeAtOnce(work) {
      try {
        const { keys, result } = await work((_keys, row) => sql`SELECT FROM ${row}`);
        first.drop(keys);
        return result;
      } catch (error) {
        // What it may have changed is known to the database alone.
        first.flush();
        throw error;
      }
    },
    settled: async () => undefined,
  };
}
