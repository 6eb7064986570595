import sql, { join, type Sql } from "sql-template-tag";
import type { Priority, TodoStatus } from "../../../prisma/todos/generated/client.ts";

/** What todos must fulfil, checked; a field that is absent restricts nothing. Times are RFC 3339 text. */
export interface TodoFilter {
  readonly status?: readonly TodoStatus[] | undefined;
  readonly priority?: readonly Priority[] | undefined;
  readonly tagsAny?: readonly string[] | undefined;
  readonly tagsAll?: readonly string[] | undefined;
  readonly dueBefore?: string | undefined;
  readonly dueAfter?: string | undefined;
  readonly assigneeId?: string | undefined;
  readonly text?: string | undefined;
}

/**
 * The filter as a condition over `todos t`; whatever came from a client is a parameter.
 * @param reach `all` may use the indexes of tags, text and assignees, which are over all todos. Among the todos of
 * `one` list or user they would be searched anew for each, so `IS TRUE` hides the condition from them.
 */
export function fulfils(filter: TodoFilter, reach: "all" | "one"): Sql {
  const conditions = [...ofOrders(filter)];
  const others = [...ofValues(filter), ...ofWords(filter)];
  if (others.length > 0) {
    const all = join(others, " AND ");
    conditions.push(reach === "all" ? all : sql`(${all}) IS TRUE`);
  }
  return conditions.length === 0 ? sql`true` : join(conditions, " AND ");
}

/** Whether an index over all todos finds few enough of them. The trigram index knows nothing of shorter texts. */
export function isSelective({ assigneeId, tagsAll, tagsAny, text = "" }: TodoFilter): boolean {
  return (assigneeId ?? tagsAll ?? tagsAny) !== undefined || text.length >= 3;
}

function* ofOrders({ dueAfter, dueBefore }: TodoFilter): Generator<Sql> {
  // The form of the index; without a date is after every date, and must not count as one.
  if (dueBefore) yield sql`coalesce(t.due_at, 'infinity') < ${dueBefore}::timestamptz`;
  if (dueAfter) {
    yield sql`coalesce(t.due_at, 'infinity') > ${dueAfter}::timestamptz AND t.due_at IS NOT NULL`;
  }
}

function* ofValues({ assigneeId, priority, status }: TodoFilter): Generator<Sql> {
  if (status) yield sql`t.status = ANY(${status}::"TodoStatus"[])`;
  if (priority) yield sql`t.priority = ANY(${priority}::"Priority"[])`;
  if (assigneeId) yield sql`t.assignee_id = ${assigneeId}::uuid`;
}

function* ofWords({ tagsAll, tagsAny, text }: TodoFilter): Generator<Sql> {
  if (tagsAny) yield sql`t.tags && ${tagsAny}::text[]`;
  if (tagsAll) yield sql`t.tags @> ${tagsAll}::text[]`;
  if (text) {
    const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
    yield sql`(t.title ILIKE ${pattern} OR t.notes ILIKE ${pattern})`;
  }
}
