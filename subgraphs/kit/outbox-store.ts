import sql from "sql-template-tag";
import type { Database } from "./database.ts";
import type { OutboxEvent } from "./outbox-event.ts";

/** The outbox of one database. All times are the database's, so replicas need not agree on the time. */
export interface OutboxStore {
  /**
   * Takes events that are due, at most one of each key and target, the oldest of it. Nobody else gets them for `lease` milliseconds;
   * after that whoever took them counts as dead.
   */
  take(targets: readonly string[], most: number, lease: number): Promise<readonly TakenEvent[]>;
  delivered(event: TakenEvent): Promise<void>;
  /** Makes the event due again, `delay` milliseconds from now. */
  failed(event: TakenEvent, error: string, delay: number): Promise<void>;
  /** What waits for each target, targets that nothing waits for left out. */
  backlog(): Promise<readonly Backlog[]>;
  /** Forgets what was delivered more than `age` milliseconds ago, some of it when it is much. */
  sweep(age: number): Promise<void>;
}

/** An event on its way to one target. */
export interface TakenEvent extends OutboxEvent {
  /** A whole number, as text. */
  readonly sequence: string;
  readonly target: string;
  readonly createdAt: Date;
  /** This one included. */
  readonly attempts: number;
}

export interface Backlog {
  readonly target: string;
  readonly events: number;
  /** Seconds since the oldest of them was written. */
  readonly seconds: number;
}

export function createOutboxStore(database: Pick<Database, "query">): OutboxStore {
  return {
    // Of two relays at once, the second passes over what the first has locked, and after its commit finds it not due.
    take: (targets, most, lease) =>
      database.query<TakenEvent>(sql`
        WITH due AS (
          SELECT o.sequence FROM outbox o
          WHERE o.delivered_at IS NULL AND o.target = ANY(${`{${targets.join(",")}}`}::text[]) AND o.next_attempt_at <= now()
            AND NOT EXISTS (
              SELECT FROM outbox e
              WHERE e.delivered_at IS NULL AND e.target = o.target AND e.key = o.key AND e.sequence < o.sequence)
          ORDER BY o.next_attempt_at LIMIT ${most} FOR UPDATE OF o SKIP LOCKED
        )
        UPDATE outbox o SET attempts = o.attempts + 1, next_attempt_at = now() + ${lease} * interval '1 ms'
        FROM due WHERE o.sequence = due.sequence
        RETURNING o.sequence::text, o.id, o.target, o.topic, o.key, o.payload, o.created_at AS "createdAt", o.attempts`),
    async delivered({ sequence }) {
      await database.query(
        sql`UPDATE outbox SET delivered_at = now(), last_error = NULL WHERE sequence = ${sequence}::bigint AND delivered_at IS NULL`,
      );
    },
    // Unless its lease is over and another relay has taken it.
    async failed({ sequence, attempts }, error, delay) {
      await database.query(
        sql`UPDATE outbox SET last_error = ${error}, next_attempt_at = now() + ${delay} * interval '1 ms'
            WHERE sequence = ${sequence}::bigint AND delivered_at IS NULL AND attempts = ${attempts}`,
      );
    },
    backlog: () =>
      database.query<Backlog & Record<string, unknown>>(
        sql`SELECT target, count(*)::int AS events, greatest(extract(epoch FROM now() - min(created_at)), 0)::float8 AS seconds
            FROM outbox WHERE delivered_at IS NULL GROUP BY target`,
      ),
    async sweep(age) {
      await database.query(
        sql`DELETE FROM outbox WHERE sequence IN (
              SELECT sequence FROM outbox WHERE delivered_at < now() - ${age} * interval '1 ms' LIMIT 10000)`,
      );
    },
  };
}
