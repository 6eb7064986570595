import sql from "sql-template-tag";
import type {
  ListRole,
  Priority,
  Prisma,
  TodoStatus,
} from "../../../prisma/todos/generated/client.ts";
import type { Viewer } from "../../../runtime/identity.ts";
import { arrayOf } from "../../kit/read-rows.ts";
import type { Changes, WrittenTodo } from "./changes.ts";
import { roleIn } from "./rows.ts";
import { visibleTo } from "./visible-to.ts";

/** Writes of todos that are locked, inside a transaction; one statement each, whatever the number of todos. */
export interface TodoWrites {
  /**
   * Locks those of the todos that the viewer may see, and holds their lists (see `ListWrites.hold`). Always the list
   * before its todo and todos by id, so that two writers never wait for each other.
   */
  lock(ids: readonly string[], viewer: Viewer): Promise<readonly LockedTodo[]>;
  insert(todos: readonly TodoToInsert[], at: Date): Promise<void>;
  /** False when the version is not this one any more. */
  update(id: string, version: number, changes: TodoChanges, at: Date): Promise<boolean>;
  /** Leaves alone those that are done. */
  complete(ids: readonly string[], at: Date): Promise<void>;
  /** Leaves alone those that are not done. */
  reopen(ids: readonly string[], at: Date): Promise<void>;
  /** Takes off assignees who are no member of the list; leaves alone those that are in it. */
  move(ids: readonly string[], listId: string, at: Date): Promise<void>;
  /** Leaves alone those that have this assignee. */
  assign(ids: readonly string[], assigneeId: string | null, at: Date): Promise<void>;
  /** Takes a user off all todos of a list. */
  unassign(listId: string, assigneeId: string, at: Date): Promise<void>;
  delete(ids: readonly string[]): Promise<void>;
}

export interface LockedTodo {
  readonly id: string;
  readonly listId: string;
  /** Null when their account is deleted. */
  readonly ownerId: string | null;
  readonly isPublic: boolean;
  readonly status: TodoStatus;
  readonly version: number;
  /** The viewer's, in its list. */
  readonly role: ListRole | null;
}

export interface TodoToInsert {
  readonly id: string;
  readonly listId: string;
  readonly title: string;
  readonly notes: string | null;
  readonly status: TodoStatus;
  readonly priority: Priority;
  readonly dueAt: Date | null;
  readonly tags: readonly string[];
  readonly ownerId: string;
  readonly assigneeId: string | null;
}

export interface TodoChanges {
  readonly title?: string | undefined;
  readonly notes?: string | null | undefined;
  readonly status?: TodoStatus | undefined;
  readonly priority?: Priority | undefined;
  readonly dueAt?: Date | null | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly assigneeId?: string | null | undefined;
  readonly completedAt?: Date | null | undefined;
}

export function createTodoWrites(
  transaction: Prisma.TransactionClient,
  changes: Changes,
): TodoWrites {
  const locked = new Map<string, LockedTodo>();

  /** Those of the todos that are locked, in their lists. */
  function changed(ids: readonly string[]): void {
    for (const id of ids) {
      const todo = locked.get(id);
      if (todo !== undefined) changes.todos(todo.listId, [todo]);
    }
  }

  return {
    async lock(ids, viewer) {
      const todos = await transaction.$queryRaw<LockedTodo[]>(
        sql`SELECT t.id, t.list_id AS "listId", t.owner_id AS "ownerId", l.visibility = 'PUBLIC' AS "isPublic", t.status::text AS status, t.version, ${roleIn(viewer)}::text AS role
            FROM todos t JOIN lists l ON l.id = t.list_id
            WHERE t.id = ANY(${arrayOf(ids)}::uuid[]) AND ${visibleTo(viewer)}
            ORDER BY t.id FOR KEY SHARE OF l FOR NO KEY UPDATE OF t`,
      );
      for (const todo of todos) {
        locked.set(todo.id, todo);
        changes.saw(todo.listId, todo.isPublic);
      }
      return todos;
    },
    // As one JSON text the statement is the same for any number of todos.
    async insert(todos, at) {
      const time = at.toISOString();
      await transaction.$executeRaw(
        sql`INSERT INTO todos (id, list_id, title, notes, status, priority, due_at, tags, owner_id, assignee_id, created_at, updated_at, completed_at)
            SELECT n.id, n."listId", n.title, n.notes, n.status, n.priority, n."dueAt", n.tags, n."ownerId", n."assigneeId", ${time}::timestamptz, ${time}::timestamptz, CASE WHEN n.status = 'DONE' THEN ${time}::timestamptz END
            FROM json_to_recordset(${JSON.stringify(todos)}::json) AS n(id uuid, "listId" uuid, title text, notes text, status "TodoStatus", priority "Priority", "dueAt" timestamptz, tags text[], "ownerId" uuid, "assigneeId" uuid)`,
      );
      for (const todo of todos) changes.todos(todo.listId, [todo]);
    },
    async update(id, version, { tags, ...changes }, at) {
      const { count } = await transaction.todo.updateMany({
        where: { id, version },
        data: {
          ...given(changes),
          ...(tags !== undefined && { tags: [...tags] }),
          updatedAt: at,
          version: { increment: 1 },
        },
      });
      changed([id]);
      return count === 1;
    },
    async complete(ids, at) {
      const time = at.toISOString();
      await transaction.$executeRaw(
        sql`UPDATE todos SET status = 'DONE', completed_at = ${time}::timestamptz, updated_at = ${time}::timestamptz, version = version + 1 WHERE id = ANY(${arrayOf(ids)}::uuid[]) AND status <> 'DONE'`,
      );
      changed(ids);
    },
    async reopen(ids, at) {
      await transaction.$executeRaw(
        sql`UPDATE todos SET status = 'OPEN', completed_at = NULL, updated_at = ${at.toISOString()}::timestamptz, version = version + 1 WHERE id = ANY(${arrayOf(ids)}::uuid[]) AND status = 'DONE'`,
      );
      changed(ids);
    },
    async move(ids, listId, at) {
      await transaction.$executeRaw(
        sql`UPDATE todos t SET list_id = ${listId}::uuid, updated_at = ${at.toISOString()}::timestamptz, version = version + 1,
              assignee_id = (SELECT m.user_id FROM list_members m WHERE m.list_id = ${listId}::uuid AND m.user_id = t.assignee_id)
            WHERE t.id = ANY(${arrayOf(ids)}::uuid[]) AND t.list_id <> ${listId}::uuid`,
      );
      changed(ids);
      changes.todos(
        listId,
        ids.flatMap((id) => locked.get(id) ?? []),
      );
    },
    async assign(ids, assigneeId, at) {
      await transaction.$executeRaw(
        sql`UPDATE todos SET assignee_id = ${assigneeId}::uuid, updated_at = ${at.toISOString()}::timestamptz, version = version + 1 WHERE id = ANY(${arrayOf(ids)}::uuid[]) AND assignee_id IS DISTINCT FROM ${assigneeId}::uuid`,
      );
      changed(ids);
    },
    async unassign(listId, assigneeId, at) {
      const todos = await transaction.$queryRaw<WrittenTodo[]>(
        sql`UPDATE todos SET assignee_id = NULL, updated_at = ${at.toISOString()}::timestamptz, version = version + 1 WHERE list_id = ${listId}::uuid AND assignee_id = ${assigneeId}::uuid RETURNING id, owner_id AS "ownerId"`,
      );
      changes.todos(listId, todos);
    },
    async delete(ids) {
      await transaction.$executeRaw(sql`DELETE FROM todos WHERE id = ANY(${arrayOf(ids)}::uuid[])`);
      changed(ids);
    },
  };
}

/** Prisma tells a field that is absent from one that is undefined. */
function given<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as never;
}
