import sql, { join, raw, type Sql } from "sql-template-tag";
import type { Role } from "../../../prisma/users/generated/client.ts";
import type { Viewer } from "../../../runtime/identity.ts";

/** What anyone may read of a user: the names that the graph uses, and the SQL behind them. */
const openColumns = {
  id: "u.id",
  handle: "u.handle",
  name: "u.name",
  avatarUrl: "u.avatar_url",
  createdAt: "u.created_at",
} as const;

/** What only the user themself and admins may read. */
const privateColumns = { email: "u.email", role: "u.role" } as const;

export type UserColumn = keyof typeof openColumns | keyof typeof privateColumns;

/** The columns of a user that were asked for. A private one that the viewer may not see is absent or null. */
export type UserRow = Readonly<
  Partial<Record<Exclude<UserColumn, "role">, string | null> & { role: Role | null }>
>;

/**
 * The select list over `users u`. Who sees what is decided here, for every statement: a private column is read of all
 * rows for an admin, of the viewer's own row for a user, and of none for the anonymous.
 */
export function projection(columns: readonly UserColumn[], viewer: Viewer): Sql {
  const expressions = columns.flatMap((column) => {
    if (isOpen(column)) return [raw(`${openColumns[column]} AS "${column}"`)];
    const hidden = privateColumns[column];
    if (viewer.kind === "anonymous") return [];
    if (viewer.role === "ADMIN") return [raw(`${hidden} AS "${column}"`)];
    return [
      sql`CASE WHEN u.id = ${viewer.id}::uuid THEN ${raw(hidden)} END AS ${raw(`"${column}"`)}`,
    ];
  });
  return expressions.length === 0 ? raw("") : join(expressions);
}

function isOpen(column: UserColumn): column is keyof typeof openColumns {
  return Object.hasOwn(openColumns, column);
}
