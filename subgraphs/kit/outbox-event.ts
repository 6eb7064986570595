import sql, { type Sql } from "sql-template-tag";

/** Something that has happened in one service and that others must hear of. */
export interface OutboxEvent {
  /** A UUID; whoever receives an event twice knows it by this. */
  readonly id: string;
  /** What has happened, such as `account.deleted`. */
  readonly topic: string;
  /** What it happened to. Events of one key reach a target in the order in which they were written. */
  readonly key: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * The statement that puts an event into the outbox, for each of its targets. It belongs into the transaction that changes what the
 * event tells of, after a statement that locks the key's row: so the order of writing is the order of the commits.
 * @param targets names of letters; one that is not configured yet keeps its events waiting
 */
export function insertEvent(event: OutboxEvent, targets: readonly string[]): Sql {
  return sql`
    INSERT INTO outbox (id, target, topic, key, payload)
    SELECT ${event.id}::uuid, target, ${event.topic}, ${event.key}, ${JSON.stringify(event.payload)}::jsonb
    FROM unnest(${`{${targets.join(",")}}`}::text[]) AS target`;
}
