import sql, { type Sql } from "sql-template-tag";
import type { Viewer } from "../../../runtime/identity.ts";

/**
 * For whom rows are read: a viewer, or the cache, whose entries are the same for all and which decides itself who may see them
 * (`cached-access.ts`).
 */
export type Beholder = Viewer | typeof theCache;

export const theCache = { kind: "cache" } as const;

/**
 * Who sees what, as a condition over `lists l`; part of every read of the store. Anyone sees public lists with
 * their members and todos, a private list only its members; an admin has no special right here.
 */
export function visibleTo(viewer: Beholder): Sql {
  if (viewer.kind === "cache") return sql`true`;
  if (viewer.kind === "anonymous") return sql`l.visibility = 'PUBLIC'`;
  return sql`(l.visibility = 'PUBLIC' OR EXISTS (SELECT FROM list_members v WHERE v.list_id = l.id AND v.user_id = ${viewer.id}::uuid))`;
}

/**
 * The same for a row that has only the id of its list, given as SQL. A scalar subselect on purpose: the planner
 * never turns it into a join that reads whole tables.
 */
export function inVisibleList(viewer: Beholder, listId: Sql): Sql {
  if (viewer.kind === "cache") return sql`true`;
  return sql`(SELECT ${visibleTo(viewer)} FROM lists l WHERE l.id = ${listId})`;
}
