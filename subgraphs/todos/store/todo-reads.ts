import sql, { raw, type Sql } from "sql-template-tag";
import type { Viewer } from "../../../runtime/identity.ts";
import { betweenCursors, orderAndLimit, type Page } from "../../kit/pagination.ts";
import {
  arrayOf,
  eachOf,
  type Queries,
  readById,
  readPerParent,
  readRows,
  readValuePerParent,
} from "../../kit/read-rows.ts";
import { type TodoColumn, type TodoRow, todoProjection } from "./rows.ts";
import { fulfils, isSelective, type TodoFilter } from "./todo-filter.ts";
import { type Beholder, inVisibleList, visibleTo } from "./visible-to.ts";

/** Whose todos: those that a user wrote, or those of a list. */
export type TodoParent = "User" | "TodoList";

export type StatsColumn = "total" | "open" | "done" | "overdue";
export type TodoCounts = Readonly<Partial<Record<StatsColumn, number>>>;
/** `nextDue` is when the first of the open ones that are not overdue will be, as RFC 3339 text. */
export type TimedCounts = TodoCounts & { readonly nextDue?: string | null };

/** Reads of todos, one statement each, whatever the number of ids; only what the viewer may see. */
export interface TodoReads {
  /** Every row has its `id`; unknown and invisible ones are missing. */
  byIds(ids: Ids, columns: Columns, viewer: Beholder): Promise<ReadonlyMap<string, TodoRow>>;
  /** For each parent a page in the order in which it is read, with one row more than its size when there are more. */
  pages(
    parent: TodoParent,
    ids: Ids,
    query: TodoPage,
    columns: Columns,
    viewer: Beholder,
  ): Promise<ReadonlyMap<string, readonly TodoRow[]>>;
  totals(
    parent: TodoParent,
    ids: Ids,
    filter: TodoFilter,
    viewer: Beholder,
  ): Promise<ReadonlyMap<string, number>>;
  /** Only the counts asked for. */
  stats(
    parent: TodoParent,
    ids: Ids,
    counts: readonly (StatsColumn | "nextDue")[],
    now: string,
    viewer: Beholder,
  ): Promise<ReadonlyMap<string, TimedCounts>>;
  /** As `pages`, of the todos of the viewer's lists; for the anonymous, of all public lists. */
  page(query: TodoPage, columns: Columns, viewer: Viewer): Promise<readonly TodoRow[]>;
  total(filter: TodoFilter, viewer: Viewer): Promise<number>;
}

export interface TodoPage {
  readonly page: Page<TodoColumn>;
  readonly filter: TodoFilter;
}

type Ids = readonly string[];
type Columns = readonly TodoColumn[];

const countOf: Readonly<Record<StatsColumn | "nextDue", (now: string) => Sql>> = {
  total: () => sql`count(*)`,
  open: () => sql`count(*) FILTER (WHERE t.status <> 'DONE')`,
  done: () => sql`count(*) FILTER (WHERE t.status = 'DONE')`,
  overdue: (now) =>
    sql`count(*) FILTER (WHERE t.status <> 'DONE' AND t.due_at < ${now}::timestamptz)`,
  nextDue: (now) =>
    sql`min(t.due_at) FILTER (WHERE t.status <> 'DONE' AND t.due_at >= ${now}::timestamptz)`,
};

export function createTodoReads(database: Queries): TodoReads {
  return {
    byIds: (ids, columns, viewer) =>
      readById(
        database,
        sql`SELECT ${todoProjection(including("id", columns))} FROM todos t WHERE t.id = ANY(${arrayOf(ids)}::uuid[]) AND ${inVisibleList(viewer, sql`t.list_id`)}`,
      ),
    pages: (parent, ids, { page, filter }, columns, viewer) =>
      readPerParent(
        database,
        parentsOf(parent, ids, viewer),
        sql`SELECT ${todoProjection(columns)} FROM todos t WHERE ${belongs(parent, viewer)} AND ${fulfils(filter, "one")} AND ${betweenCursors(page, "t.id")} ${orderAndLimit(page, "t.id")}`,
      ),
    totals: (parent, ids, filter, viewer) =>
      readValuePerParent(
        database,
        parentsOf(parent, ids, viewer),
        sql`SELECT count(*)::int AS value FROM todos t WHERE ${belongs(parent, viewer)} AND ${fulfils(filter, "one")}`,
      ),
    stats: (parent, ids, counts, now, viewer) => {
      const pairs = counts.map((name) => sql`${raw(`'${name}'`)}, ${countOf[name](now)}`);
      const value = sql`json_build_object(${pairs.length === 0 ? raw("") : pairs.reduce((all, pair) => sql`${all}, ${pair}`)})`;
      return readValuePerParent(
        database,
        parentsOf(parent, ids, viewer),
        sql`SELECT ${value} AS value FROM todos t WHERE ${belongs(parent, viewer)}`,
      );
    },
    page: (query, columns, viewer) =>
      readRows(
        database,
        viewer.kind === "anonymous"
          ? publicPage(query, columns, viewer)
          : mergedPage(query, columns, viewer),
      ),
    async total(filter, viewer) {
      const select =
        viewer.kind === "anonymous" && isSelective(filter)
          ? sql`SELECT count(*)::int AS total FROM todos t WHERE ${fulfils(filter, "all")} AND ${inVisibleList(viewer, sql`t.list_id`)}`
          : sql`SELECT coalesce(sum(x.n), 0)::int AS total FROM ${listsOf(viewer)} CROSS JOIN LATERAL (SELECT count(*) AS n FROM todos t WHERE t.list_id = p.id AND ${fulfils(filter, "one")}) x`;
      const [answer] = await database.query<{ total: number }>(select);
      return answer?.total ?? 0;
    },
  };
}

/** The parents whose todos the viewer may look at: of a list this decides for all of them, of a user each todo does. */
function parentsOf(parent: TodoParent, ids: Ids, viewer: Beholder): Sql {
  if (parent === "User") return eachOf(ids);
  return sql`(SELECT l.id FROM ${eachOf(ids)} JOIN lists l ON l.id = p.id AND ${visibleTo(viewer)}) p`;
}

function belongs(parent: TodoParent, viewer: Beholder): Sql {
  if (parent === "TodoList") return sql`t.list_id = p.id`;
  return sql`t.owner_id = p.id AND ${inVisibleList(viewer, sql`t.list_id`)}`;
}

/** The lists of which the viewer is a member, which is why they may see them; for the anonymous, all that they may see. */
function listsOf(viewer: Viewer): Sql {
  return viewer.kind === "anonymous"
    ? sql`(SELECT l.id FROM lists l WHERE ${visibleTo(viewer)}) p`
    : sql`(SELECT m.list_id AS id FROM list_members m WHERE m.user_id = ${viewer.id}::uuid) p`;
}

/** The first rows of each list of the viewer, then the first of those: what is read grows with the lists, not with their todos. */
function mergedPage({ page, filter }: TodoPage, columns: Columns, viewer: Viewer): Sql {
  const merged = { ...page, order: { ...page.order, key: "x.sort_key" } };
  const names = raw(columns.map((column) => `x."${column}"`).join(", "));
  const perList = sql`SELECT ${todoProjection(including("id", columns))}, ${raw(page.order.key)} AS sort_key FROM todos t WHERE t.list_id = p.id AND ${fulfils(filter, "one")} AND ${betweenCursors(page, "t.id")} ${orderAndLimit(page, "t.id")}`;
  return sql`SELECT ${names} FROM ${listsOf(viewer)} CROSS JOIN LATERAL (${perList}) x ${orderAndLimit(merged, "x.id")}`;
}

/** There are too many public lists to merge: this walks an index over all todos in the order, and skips what is private. */
function publicPage({ page, filter }: TodoPage, columns: Columns, viewer: Viewer): Sql {
  return sql`SELECT ${todoProjection(columns)} FROM todos t WHERE ${inVisibleList(viewer, sql`t.list_id`)} AND ${fulfils(filter, "all")} AND ${betweenCursors(page, "t.id")} ${orderAndLimit(page, "t.id")}`;
}

function including(column: TodoColumn, columns: Columns): Columns {
  return columns.includes(column) ? columns : [...columns, column];
}
