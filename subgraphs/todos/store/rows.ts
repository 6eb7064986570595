import sql, { join, raw, type Sql } from "sql-template-tag";
import type {
  ListRole,
  Priority,
  TodoStatus,
  Visibility,
} from "../../../prisma/todos/generated/client.ts";
import type { Beholder } from "./visible-to.ts";

export type { ListRole, Priority, TodoStatus };

/** A row as it was read: only the columns that were asked for. Times are RFC 3339 text. */
export type TodoRow = Readonly<
  Partial<{
    id: string;
    listId: string;
    title: string;
    notes: string | null;
    status: TodoStatus;
    priority: Priority;
    dueAt: string | null;
    tags: readonly string[];
    ownerId: string | null;
    assigneeId: string | null;
    createdAt: string;
    updatedAt: string;
    completedAt: string | null;
    version: number;
  }>
>;

/** As `TodoRow`; `viewerRole` is null when the viewer is no member. */
export type ListRow = Readonly<
  Partial<{
    id: string;
    name: string;
    visibility: Visibility;
    ownerId: string;
    viewerRole: ListRole | null;
    createdAt: string;
    updatedAt: string;
    version: number;
  }>
>;

/** As `TodoRow`. */
export type MemberRow = Readonly<Partial<{ userId: string; role: ListRole; addedAt: string }>>;

export type TodoColumn = keyof TodoRow;
export type ListColumn = keyof ListRow;
export type MemberColumn = keyof MemberRow;

const todoColumns: Readonly<Record<TodoColumn, string>> = {
  id: "t.id",
  listId: "t.list_id",
  title: "t.title",
  notes: "t.notes",
  status: "t.status",
  priority: "t.priority",
  dueAt: "t.due_at",
  tags: "t.tags",
  ownerId: "t.owner_id",
  assigneeId: "t.assignee_id",
  createdAt: "t.created_at",
  updatedAt: "t.updated_at",
  completedAt: "t.completed_at",
  version: "t.version",
};

const listColumns: Readonly<Record<Exclude<ListColumn, "viewerRole">, string>> = {
  id: "l.id",
  name: "l.name",
  visibility: "l.visibility",
  ownerId: "l.owner_id",
  createdAt: "l.created_at",
  updatedAt: "l.updated_at",
  version: "l.version",
};

const memberColumns: Readonly<Record<MemberColumn, string>> = {
  userId: "m.user_id",
  role: "m.role",
  addedAt: "m.added_at",
};

/** The select list over `todos t`; it may be empty. */
export function todoProjection(columns: readonly TodoColumn[]): Sql {
  return raw(columns.map((column) => `${todoColumns[column]} AS "${column}"`).join(", "));
}

/** The select list over `lists l`; it may be empty. */
export function listProjection(columns: readonly ListColumn[], viewer: Beholder): Sql {
  const expressions = columns.map((column) =>
    column === "viewerRole"
      ? sql`${roleIn(viewer)} AS "viewerRole"`
      : raw(`${listColumns[column]} AS "${column}"`),
  );
  return expressions.length === 0 ? raw("") : join(expressions);
}

/** The select list over `list_members m`; it may be empty. */
export function memberProjection(columns: readonly MemberColumn[]): Sql {
  return raw(columns.map((column) => `${memberColumns[column]} AS "${column}"`).join(", "));
}

/** The viewer's role in `lists l`, or null. */
export function roleIn(viewer: Beholder): Sql {
  if (viewer.kind !== "user") return sql`NULL`;
  return sql`(SELECT r.role FROM list_members r WHERE r.list_id = l.id AND r.user_id = ${viewer.id}::uuid)`;
}
