import sql from "sql-template-tag";
import type { PrismaClient } from "../../../prisma/users/generated/client.ts";
import type { Database } from "../../kit/database.ts";

/** A session as it is opened, with the hash of its first refresh token. */
export interface NewSession {
  readonly id: string;
  readonly userId: string;
  readonly tokenHash: Uint8Array<ArrayBuffer>;
  readonly openedAt: Date;
  readonly expiresAt: Date;
}

/** A refresh token that is known, with its session and account as they are now. */
export interface KnownToken {
  readonly generation: number;
  readonly session: {
    readonly id: string;
    /** The generation of its newest token. */
    readonly generation: number;
    readonly rotatedAt: Date;
    readonly expiresAt: Date;
    readonly endedAt: Date | null;
  };
  readonly user: { readonly id: string; readonly role: string };
}

export interface Rotation {
  readonly sessionId: string;
  /** Of the token that is replaced. */
  readonly generation: number;
  readonly successorHash: Uint8Array;
  readonly at: Date;
  readonly expiresAt: Date;
}

export interface SessionStore {
  /** Opens a session while the account still has this password hash; false when it has not. */
  open(session: NewSession, passwordHash: string): Promise<boolean>;
  findToken(hash: Uint8Array): Promise<KnownToken | undefined>;
  /** Replaces the newest token of a session that is not over; false when it was not the newest any more. */
  rotate(rotation: Rotation): Promise<boolean>;
  /** Gives how many ended: 0 or 1. */
  end(sessionId: string, at: Date): Promise<number>;
  endAllOf(userId: string, at: Date): Promise<number>;
  /**
   * Deletes sessions that expired before `at`, with their tokens, the oldest first and `most` at most. Several at once share the
   * work, as each passes over what another has locked. Gives how many it deleted.
   */
  sweep(at: Date, most: number): Promise<number>;
}

interface TokenRow {
  readonly generation: number;
  readonly session_id: string;
  readonly newest: number;
  readonly rotated_at: Date;
  readonly expires_at: Date;
  readonly ended_at: Date | null;
  readonly user_id: string;
  readonly role: string;
}

export function createSessionStore(
  database: Pick<Database, "query">,
  prisma: PrismaClient,
): SessionStore {
  return {
    async open(session, passwordHash) {
      // The lock makes it wait for a change of the password that is under way, and the other way round: no session
      // that was opened with the old password outlives the change.
      const opened = await database.query(sql`
        WITH account AS (
          SELECT id FROM users WHERE id = ${session.userId}::uuid AND password_hash = ${passwordHash} FOR SHARE
        ), session AS (
          INSERT INTO sessions (id, user_id, generation, created_at, rotated_at, expires_at)
          SELECT ${session.id}::uuid, id, 0, ${session.openedAt}, ${session.openedAt}, ${session.expiresAt} FROM account
          RETURNING id
        )
        INSERT INTO refresh_tokens (hash, session_id, generation)
        SELECT ${session.tokenHash}::bytea, id, 0 FROM session RETURNING generation`);
      return opened.length === 1;
    },
    async findToken(hash) {
      const [row] = await database.query<TokenRow>(sql`
        SELECT t.generation, s.id AS session_id, s.generation AS newest, s.rotated_at, s.expires_at, s.ended_at,
          u.id AS user_id, u.role
        FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id JOIN users u ON u.id = s.user_id
        WHERE t.hash = ${hash}`);
      return row && knownToken(row);
    },
    async rotate({ sessionId, generation, successorHash, at, expiresAt }) {
      const rotated = await database.query(sql`
        WITH session AS (
          UPDATE sessions SET generation = generation + 1, rotated_at = ${at}, expires_at = ${expiresAt}
          WHERE id = ${sessionId}::uuid AND generation = ${generation} AND ended_at IS NULL
          RETURNING id, generation
        )
        INSERT INTO refresh_tokens (hash, session_id, generation)
        SELECT ${successorHash}::bytea, id, generation FROM session RETURNING generation`);
      return rotated.length === 1;
    },
    async end(sessionId, at) {
      const { count } = await prisma.session.updateMany({
        where: { id: sessionId, endedAt: null, expiresAt: { gt: at } },
        data: { endedAt: at },
      });
      return count;
    },
    async endAllOf(userId, at) {
      const { count } = await prisma.session.updateMany({
        where: { userId, endedAt: null, expiresAt: { gt: at } },
        data: { endedAt: at },
      });
      return count;
    },
    async sweep(at, most) {
      const [answer] = await database.query<{ swept: number }>(sql`
        WITH due AS (
          SELECT id FROM sessions WHERE expires_at < ${at} ORDER BY expires_at LIMIT ${most} FOR UPDATE SKIP LOCKED
        ), swept AS (
          DELETE FROM sessions s USING due WHERE s.id = due.id RETURNING s.id
        )
        SELECT count(*)::int AS swept FROM swept`);
      return answer?.swept ?? 0;
    },
  };
}

function knownToken(row: TokenRow): KnownToken {
  return {
    generation: row.generation,
    session: {
      id: row.session_id,
      generation: row.newest,
      rotatedAt: row.rotated_at,
      expiresAt: row.expires_at,
      endedAt: row.ended_at,
    },
    user: { id: row.user_id, role: row.role },
  };
}
