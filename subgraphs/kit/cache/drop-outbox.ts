import sql, { type Sql } from "sql-template-tag";
import { v7 as newId } from "uuid";
import type { Database } from "../database.ts";
import { insertEvent } from "../outbox-event.ts";

/** Keys that a transaction makes old, and that it has said so. */
export interface Announced {
  readonly id: string;
  readonly keys: readonly string[];
}

/** Keys that a transaction makes old, and the statement by which it says so. */
export interface Announcement extends Announced {
  /** Belongs into the transaction: what is not dropped after its commit is dropped by a relay. */
  readonly statement: Sql;
}

export interface PendingDrop {
  readonly sequence: string;
  readonly keys: readonly string[];
}

/** The target of announcements in the outbox. */
export const dropTarget = "cache";

export function announce(keys: readonly string[]): Announcement {
  const id = newId();
  const event = { id, topic, key: id, payload: { keys } };
  return { id, keys, statement: insertEvent(event, [dropTarget]) };
}

/** A part of a statement that announces keys which the statement itself finds. @param keys, row as in `AnnounceRow` */
export function announceRow(id: string, keys: Sql, row: Sql): Sql {
  return sql`INSERT INTO outbox (id, target, topic, key, payload)
    SELECT ${id}::uuid, ${dropTarget}, ${topic}, ${id}, jsonb_build_object('keys', ${keys}) FROM ${row}`;
}

const topic = "entities.changed";

/** Keys for several drops: Redis does nothing else while it makes one. */
export function partsOf(keys: readonly string[]): readonly (readonly string[])[] {
  const parts: (readonly string[])[] = [];
  for (let at = 0; at < keys.length; at += mostKeys) parts.push(keys.slice(at, at + mostKeys));
  return parts;
}

const mostKeys = 1_000;

/** Announcements that were committed and whose drop nobody has confirmed yet. */
export interface DropOutbox {
  pending(most: number): Promise<readonly PendingDrop[]>;
  /** They are dropped, and so nothing is left to tell. */
  forget(drops: readonly PendingDrop[]): Promise<void>;
  forgetOne(announced: Announced): Promise<void>;
}

export function createDropOutbox(database: Pick<Database, "query">): DropOutbox {
  return {
    pending: (most) =>
      database.query<PendingDrop & Record<string, unknown>>(
        sql`SELECT o.sequence::text, o.payload->'keys' AS keys FROM outbox o
            WHERE o.target = ${dropTarget} AND o.delivered_at IS NULL ORDER BY o.sequence LIMIT ${most}`,
      ),
    async forget(drops) {
      const sequences = `{${drops.map(({ sequence }) => sequence).join(",")}}`;
      await database.query(
        sql`DELETE FROM outbox o WHERE o.sequence = ANY(${sequences}::bigint[])`,
      );
    },
    async forgetOne({ id }) {
      await database.query(
        sql`DELETE FROM outbox o WHERE o.id = ${id}::uuid AND o.target = ${dropTarget}`,
      );
    },
  };
}
