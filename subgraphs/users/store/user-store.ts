import sql, { type Sql } from "sql-template-tag";
import type { Viewer } from "../../../runtime/identity.ts";
import { betweenCursors, orderAndLimit, type Page } from "../../kit/pagination.ts";
import { arrayOf, type Queries, readRows } from "../../kit/read-rows.ts";
import { projection, type UserColumn, type UserRow } from "./user-columns.ts";
import { userOrders } from "./user-orders.ts";

/** Reads of profiles: one statement each, only the columns asked for, only what the viewer may see. */
export interface UserStore {
  readonly orders: typeof userOrders;
  /** In no order, unknown ids missing; every row has its `id`. */
  byIds(ids: readonly string[], columns: readonly UserColumn[], viewer: Viewer): Rows;
  /** In no order, unknown handles missing; every row has its `handle`. */
  byHandles(handles: readonly string[], columns: readonly UserColumn[], viewer: Viewer): Rows;
  /** A page in the order in which it is read, with one row more than its size when there are more. */
  page(
    page: Page<UserColumn>,
    search: string | undefined,
    columns: readonly UserColumn[],
    viewer: Viewer,
  ): Rows;
  count(search: string | undefined): Promise<number>;
}

type Rows = Promise<readonly UserRow[]>;

export function createUserStore(database: Queries): UserStore {
  return {
    orders: userOrders,
    byIds: (ids, columns, viewer) =>
      readRows(
        database,
        sql`SELECT ${projection(including("id", columns), viewer)} FROM users u WHERE u.id = ANY(${arrayOf(ids)}::uuid[])`,
      ),
    byHandles: (handles, columns, viewer) =>
      readRows(
        database,
        sql`SELECT ${projection(including("handle", columns), viewer)} FROM users u WHERE u.handle = ANY(${arrayOf(handles)}::text[])`,
      ),
    page: (page, search, columns, viewer) =>
      readRows(
        database,
        sql`SELECT ${projection(columns, viewer)} FROM users u WHERE ${betweenCursors(page, "u.id")} AND ${matching(search)} ${orderAndLimit(page, "u.id")}`,
      ),
    async count(search) {
      const [answer] = await database.query<{ total: number }>(
        sql`SELECT count(*)::int AS total FROM users u WHERE ${matching(search)}`,
      );
      return answer?.total ?? 0;
    },
  };
}

function including(column: UserColumn, columns: readonly UserColumn[]): readonly UserColumn[] {
  return columns.includes(column) ? columns : [...columns, column];
}

function matching(search: string | undefined): Sql {
  if (search === undefined) return sql`true`;
  const pattern = `%${search.replace(/[\\%_]/g, "\\$&")}%`;
  return sql`(u.name ILIKE ${pattern} OR u.handle ILIKE ${pattern})`;
}
