import sql from "sql-template-tag";
import type { Prisma } from "../../../prisma/todos/generated/client.ts";
import { arrayOf } from "../../kit/read-rows.ts";
import type { Changes, WrittenTodo } from "./changes.ts";

/** Takes a user whose account is deleted out of the data, inside a transaction. */
export interface DepartureWrites {
  /** Waits for writes of the user that are under way and lets none follow; false when that was done before. */
  bury(userId: string, at: Date): Promise<boolean>;
  /** The lists that the user is a member of. Nobody else changes them or their members until the transaction ends. */
  lockLists(userId: string): Promise<readonly LeftList[]>;
  deleteLists(ids: readonly string[]): Promise<void>;
  passLists(heirs: readonly Heir[], at: Date): Promise<void>;
  endMemberships(userId: string): Promise<void>;
  clearAssignments(userId: string, at: Date): Promise<void>;
  /** Their todos stay, of no owner. Nothing else of a todo changes, so its version stays too. */
  clearAuthorship(userId: string): Promise<void>;
}

/** A list that a user leaves, and who else is in it. */
export interface LeftList {
  readonly id: string;
  /** Whether the user is one of its owners. */
  readonly isOwned: boolean;
  /** Whether the user is the one whom the list names as its owner. */
  readonly isNamed: boolean;
  /** Of the others, the one who is owner for longest. */
  readonly oldestOwnerId: string | null;
  readonly oldestEditorId: string | null;
}

/** Who a list passes to, as its owner. */
export interface Heir {
  readonly listId: string;
  readonly userId: string;
}

interface Membership {
  readonly listId: string;
  readonly userId: string;
}

interface DepartedTodo extends WrittenTodo {
  readonly listId: string;
}

/** Rows that one statement writes at most, so that each ends in its time whatever the user has left behind. */
const chunk = 5_000;

export function createDepartureWrites(
  transaction: Prisma.TransactionClient,
  changes: Changes,
): DepartureWrites {
  /** @param write of at most `chunk` todos; gives them as they were */
  async function inChunks(write: () => Promise<readonly DepartedTodo[]>): Promise<void> {
    for (;;) {
      const todos = await write();
      for (const todo of todos) changes.todos(todo.listId, [todo]);
      if (todos.length < chunk) return;
    }
  }

  async function membersOf(listIds: readonly string[]): Promise<readonly Membership[]> {
    return transaction.$queryRaw<Membership[]>(
      sql`SELECT m.list_id AS "listId", m.user_id AS "userId" FROM list_members m WHERE m.list_id = ANY(${arrayOf(listIds)}::uuid[])`,
    );
  }

  return {
    async bury(userId, at) {
      await transaction.$executeRaw(sql`SELECT lock_user_to_delete(${userId}::uuid)`);
      const buried = await transaction.$executeRaw(
        sql`INSERT INTO deleted_users (user_id, deleted_at) VALUES (${userId}::uuid, ${at.toISOString()}::timestamptz) ON CONFLICT DO NOTHING`,
      );
      return buried === 1;
    },
    async lockLists(userId) {
      const locked = await transaction.$queryRaw<{ id: string }[]>(
        sql`SELECT l.id FROM lists l
            WHERE l.id IN (SELECT m.list_id FROM list_members m WHERE m.user_id = ${userId}::uuid
                           UNION SELECT o.id FROM lists o WHERE o.owner_id = ${userId}::uuid)
            ORDER BY l.id FOR UPDATE OF l`,
      );
      // A statement of its own: one that waited for a lock would still see the members of before.
      return transaction.$queryRaw<LeftList[]>(
        sql`SELECT l.id, l.owner_id = ${userId}::uuid AS "isNamed",
              l.owner_id = ${userId}::uuid OR EXISTS (SELECT FROM list_members m WHERE m.list_id = l.id AND m.user_id = ${userId}::uuid AND m.role = 'OWNER') AS "isOwned",
              (SELECT m.user_id FROM list_members m WHERE m.list_id = l.id AND m.user_id <> ${userId}::uuid AND m.role = 'OWNER' ORDER BY m.added_at, m.user_id LIMIT 1) AS "oldestOwnerId",
              (SELECT m.user_id FROM list_members m WHERE m.list_id = l.id AND m.user_id <> ${userId}::uuid AND m.role = 'EDITOR' ORDER BY m.added_at, m.user_id LIMIT 1) AS "oldestEditorId"
            FROM lists l WHERE l.id = ANY(${arrayOf(locked.map(({ id }) => id))}::uuid[])`,
      );
    },
    async deleteLists(ids) {
      for (const { listId, userId } of await membersOf(ids)) changes.member(listId, userId);
      for (const id of ids) changes.exposure(id, [], []);
      await inChunks(() =>
        transaction.$queryRaw<DepartedTodo[]>(
          sql`DELETE FROM todos WHERE id IN (SELECT t.id FROM todos t WHERE t.list_id = ANY(${arrayOf(ids)}::uuid[]) LIMIT ${chunk})
              RETURNING id, list_id AS "listId", owner_id AS "ownerId"`,
        ),
      );
      await transaction.$executeRaw(sql`DELETE FROM lists WHERE id = ANY(${arrayOf(ids)}::uuid[])`);
    },
    async passLists(heirs, at) {
      const passed = JSON.stringify(heirs);
      await transaction.$executeRaw(
        sql`UPDATE lists l SET owner_id = h."userId", updated_at = ${at.toISOString()}::timestamptz, version = l.version + 1
            FROM json_to_recordset(${passed}::json) AS h("listId" uuid, "userId" uuid) WHERE l.id = h."listId"`,
      );
      await transaction.$executeRaw(
        sql`UPDATE list_members m SET role = 'OWNER'
            FROM json_to_recordset(${passed}::json) AS h("listId" uuid, "userId" uuid)
            WHERE m.list_id = h."listId" AND m.user_id = h."userId" AND m.role <> 'OWNER'`,
      );
      for (const { listId, userId } of heirs) changes.member(listId, userId);
      const members = await membersOf(heirs.map(({ listId }) => listId));
      for (const { listId, userId } of members) changes.list(listId, [userId]);
    },
    async endMemberships(userId) {
      const ended = await transaction.$queryRaw<Pick<Membership, "listId">[]>(
        sql`DELETE FROM list_members WHERE user_id = ${userId}::uuid RETURNING list_id AS "listId"`,
      );
      for (const { listId } of ended) changes.member(listId, userId);
    },
    // Todos by id, in the order in which all writers lock them.
    clearAssignments: (userId, at) =>
      inChunks(() =>
        transaction.$queryRaw<DepartedTodo[]>(
          sql`UPDATE todos SET assignee_id = NULL, updated_at = ${at.toISOString()}::timestamptz, version = version + 1
              WHERE id IN (SELECT t.id FROM todos t WHERE t.assignee_id = ${userId}::uuid ORDER BY t.id LIMIT ${chunk} FOR NO KEY UPDATE)
              RETURNING id, list_id AS "listId", owner_id AS "ownerId"`,
        ),
      ),
    clearAuthorship: (userId) =>
      inChunks(() =>
        transaction.$queryRaw<DepartedTodo[]>(
          sql`UPDATE todos SET owner_id = NULL
              WHERE id IN (SELECT t.id FROM todos t WHERE t.owner_id = ${userId}::uuid ORDER BY t.id LIMIT ${chunk} FOR NO KEY UPDATE)
              RETURNING id, list_id AS "listId", ${userId}::uuid AS "ownerId"`,
        ),
      ),
  };
}
