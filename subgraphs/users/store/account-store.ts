import sql, { join, raw, type Sql } from "sql-template-tag";
import type { Prisma, PrismaClient, Role } from "../../../prisma/users/generated/client.ts";
import { failure } from "../../../runtime/errors.ts";
import type { Viewer } from "../../../runtime/identity.ts";
import type { CacheWrites } from "../../kit/cache/cache-writes.ts";
import { violatedConstraint } from "../../kit/database-errors.ts";
import { insertEvent, type OutboxEvent } from "../../kit/outbox-event.ts";
import { keysOfUser, type UserChange } from "./cached-users.ts";
import type { NewSession } from "./session-store.ts";
import { projection, type UserColumn, type UserRow } from "./user-columns.ts";

export interface NewAccount {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string;
}

/** What it takes to check a password, and what the next one must differ from. */
export interface Credentials {
  readonly id: string;
  readonly handle: string;
  readonly email: string;
  readonly role: Role;
  readonly passwordHash: string;
}

export interface ProfileChanges {
  readonly handle?: string | undefined;
  readonly name?: string | undefined;
  readonly avatarUrl?: string | null | undefined;
}

export interface AccountStore {
  /** @throws HANDLE_TAKEN, EMAIL_TAKEN */
  create(account: NewAccount, session: NewSession): Promise<void>;
  credentialsOf(account: { id: string } | { email: string }): Promise<Credentials | undefined>;
  /**
   * Gives these columns of the account, as its holder sees it, when it is changed; undefined when there is none. One statement.
   * @throws HANDLE_TAKEN
   */
  update(
    id: string,
    changes: ProfileChanges,
    at: Date,
    columns: readonly UserColumn[],
  ): Promise<UserRow | undefined>;
  /** Sets the password, ends all sessions and opens one; false when the password is not the old one any more. */
  changePassword(change: PasswordChange, session: NewSession): Promise<boolean>;
  /** Deletes the account with its sessions and writes the event; false when it does not have this password any more. */
  delete(account: Pick<Credentials, "id" | "passwordHash">, event: OutboxEvent): Promise<boolean>;
}

/** Who hears of an account's events. */
export const eventTargets = ["todos"] as const;

export interface PasswordChange {
  readonly oldHash: string;
  readonly newHash: string;
}

export function createAccountStore(prisma: PrismaClient, cache: CacheWrites): AccountStore {
  /** A transaction that tells the cache of the users it changes. */
  function write<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return cache.write((announce) =>
      prisma.$transaction((client) =>
        work({
          client,
          changed: (change) =>
            announce(keysOfUser(change), (statement) => client.$executeRaw(statement)),
        }),
      ),
    );
  }

  return {
    async create(account, session) {
      const created = { createdAt: session.openedAt, updatedAt: session.openedAt };
      await write(async ({ client, changed }) => {
        await client.user.create({
          data: { ...account, ...created, sessions: { create: rowOf(session) } },
          select: { id: true },
        });
        await changed({ id: account.id, handles: [account.handle], renamed: true });
      }).catch(refuseTaken);
    },
    async credentialsOf(account) {
      const select = { id: true, handle: true, email: true, role: true, passwordHash: true };
      // Prisma makes one statement of what several requests find by `findUnique`, and it would end with one of them.
      const found = await prisma.user.findFirst({ where: account, select });
      return found ?? undefined;
    },
    update(id, changes, at, columns) {
      const { handle } = changes;
      const changed = (before: string): UserChange => ({
        id,
        handles: [before, ...(handle === undefined ? [] : [handle])],
        renamed: handle !== undefined,
      });
      // Which handle the user had is known once the row is locked.
      const keys = JSON.stringify(keysOfUser(changed(unknownHandle)));
      const holder: Viewer = { kind: "user", id, role: "USER", session: "" };
      return cache
        .writeAtOnce(async (announce) => {
          const [found] = await prisma.$queryRaw<{ before: string; row: string }[]>(sql`
            WITH old AS (SELECT u.id, u.handle FROM users u WHERE u.id = ${id}::uuid FOR NO KEY UPDATE),
              new AS (UPDATE users u SET ${assignments(changes, at)} FROM old WHERE u.id = old.id RETURNING u.*),
              announced AS (${announce(sql`replace(${keys}, ${unknownHandle}, old.handle)::jsonb`, raw("old"))})
            SELECT old.handle AS before, (SELECT row_to_json(x)::text FROM (SELECT ${projection(columns, holder)} FROM new u) x) AS row FROM old`);
          if (found === undefined) return { keys: [], result: undefined };
          const result = (JSON.parse(found.row) ?? {}) as UserRow;
          return { keys: keysOfUser(changed(found.before)), result };
        })
        .catch(refuseTaken);
    },
    changePassword: ({ oldHash, newHash }, session) =>
      prisma.$transaction(async (transaction) => {
        const at = session.openedAt;
        const { count } = await transaction.user.updateMany({
          where: { id: session.userId, passwordHash: oldHash },
          data: { passwordHash: newHash, updatedAt: at },
        });
        if (count === 0) return false;
        await transaction.session.updateMany({
          where: { userId: session.userId, endedAt: null },
          data: { endedAt: at },
        });
        await transaction.session.create({
          data: { userId: session.userId, ...rowOf(session) },
          select: { id: true },
        });
        return true;
      }),
    delete: ({ id, passwordHash }, event) =>
      write(async ({ client, changed }) => {
        const [deleted] = await client.$queryRaw<{ handle: string }[]>(
          sql`DELETE FROM users u WHERE u.id = ${id}::uuid AND u.password_hash = ${passwordHash} RETURNING u.handle`,
        );
        if (deleted === undefined) return false;
        await client.$executeRaw(insertEvent(event, eventTargets));
        await changed({ id, handles: [deleted.handle], renamed: true });
        return true;
      }),
  };
}

/** Stands for a handle in SQL; no handle has such letters. */
const unknownHandle = "{handle}";

function assignments({ avatarUrl, handle, name }: ProfileChanges, at: Date): Sql {
  return join([
    sql`updated_at = ${at.toISOString()}::timestamptz`,
    ...(handle === undefined ? [] : [sql`handle = ${handle}::text`]),
    ...(name === undefined ? [] : [sql`name = ${name}::text`]),
    ...(avatarUrl === undefined ? [] : [sql`avatar_url = ${avatarUrl}::text`]),
  ]);
}

interface Transaction {
  readonly client: Prisma.TransactionClient;
  changed(change: UserChange): Promise<void>;
}

function rowOf({ id, openedAt, expiresAt, tokenHash }: NewSession) {
  return {
    id,
    createdAt: openedAt,
    rotatedAt: openedAt,
    expiresAt,
    tokens: { create: { hash: tokenHash, generation: 0 } },
  };
}

/** Two sign-ups at once can both find a name free; the unique indexes have the last word. */
function refuseTaken(error: unknown): never {
  const constraint = violatedConstraint(error) ?? "";
  if (constraint.startsWith("users_handle"))
    throw failure("HANDLE_TAKEN", undefined, { argument: "input.handle" });
  if (constraint.startsWith("users_email"))
    throw failure("EMAIL_TAKEN", undefined, { argument: "input.email" });
  throw error;
}
