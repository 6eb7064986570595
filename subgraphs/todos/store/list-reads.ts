import sql, { type Sql } from "sql-template-tag";
import { anonymous, type Viewer } from "../../../runtime/identity.ts";
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
import {
  type ListColumn,
  type ListRole,
  type ListRow,
  listProjection,
  type MemberColumn,
  type MemberRow,
  memberProjection,
} from "./rows.ts";
import { type Beholder, inVisibleList, visibleTo } from "./visible-to.ts";

/** Reads of lists and their members, one statement each, whatever the number of ids; only what the viewer may see. */
export interface ListReads {
  /** Every row has its `id`; unknown and invisible ones are missing. */
  byIds(
    ids: Ids,
    columns: readonly ListColumn[],
    viewer: Beholder,
  ): Promise<ReadonlyMap<string, ListRow>>;
  /** The role of the user in each of the lists; those in which they have none are missing. */
  roles(ids: Ids, userId: string): Promise<ReadonlyMap<string, ListRole>>;
  /** For each user a page of the lists of which they are a member, with one row more than its size when there are more. */
  pagesOfUsers(
    userIds: Ids,
    page: Page<ListColumn>,
    columns: readonly ListColumn[],
    viewer: Viewer,
  ): Promise<ReadonlyMap<string, readonly ListRow[]>>;
  totalsOfUsers(userIds: Ids, viewer: Viewer): Promise<ReadonlyMap<string, number>>;
  /** All public lists. */
  publicPage(page: Page<ListColumn>, columns: readonly ListColumn[]): Promise<readonly ListRow[]>;
  publicTotal(): Promise<number>;
  /** For each list a page of its members, as `pagesOfUsers`. */
  pagesOfMembers(
    listIds: Ids,
    page: Page<MemberColumn>,
    columns: readonly MemberColumn[],
    viewer: Beholder,
  ): Promise<ReadonlyMap<string, readonly MemberRow[]>>;
  totalsOfMembers(listIds: Ids, viewer: Beholder): Promise<ReadonlyMap<string, number>>;
}

type Ids = readonly string[];

export function createListReads(database: Queries): ListReads {
  return {
    byIds: (ids, columns, viewer) =>
      readById(
        database,
        sql`SELECT ${listProjection(columns.includes("id") ? columns : [...columns, "id"], viewer)} FROM lists l WHERE l.id = ANY(${arrayOf(ids)}::uuid[]) AND ${visibleTo(viewer)}`,
      ),
    async roles(ids, userId) {
      const rows = await readById<{ readonly id: string; readonly role: ListRole }>(
        database,
        sql`SELECT m.list_id AS id, m.role FROM list_members m WHERE m.user_id = ${userId}::uuid AND m.list_id = ANY(${arrayOf(ids)}::uuid[])`,
      );
      return new Map([...rows].map(([id, { role }]) => [id, role]));
    },
    pagesOfUsers: (userIds, page, columns, viewer) => {
      // The membership has the same id as the list, and an index by user in the order of the page.
      const byMembership = { ...page, order: { ...page.order, key: "m.list_id" } };
      return readPerParent(
        database,
        eachOf(userIds),
        sql`SELECT ${listProjection(columns, viewer)} FROM list_members m JOIN lists l ON l.id = m.list_id WHERE m.user_id = p.id AND ${visibleTo(viewer)} AND ${betweenCursors(byMembership, "m.list_id")} ${orderAndLimit(byMembership, "m.list_id")}`,
      );
    },
    totalsOfUsers: (userIds, viewer) =>
      readValuePerParent(
        database,
        eachOf(userIds),
        sql`SELECT count(*)::int AS value FROM list_members m WHERE m.user_id = p.id AND ${inVisibleList(viewer, sql`m.list_id`)}`,
      ),
    publicPage: (page, columns) =>
      readRows(
        database,
        sql`SELECT ${listProjection(columns, anonymous)} FROM lists l WHERE ${visibleTo(anonymous)} AND ${betweenCursors(page, "l.id")} ${orderAndLimit(page, "l.id")}`,
      ),
    async publicTotal() {
      const [answer] = await database.query<{ total: number }>(
        sql`SELECT count(*)::int AS total FROM lists l WHERE ${visibleTo(anonymous)}`,
      );
      return answer?.total ?? 0;
    },
    pagesOfMembers: (listIds, page, columns, viewer) =>
      readPerParent(
        database,
        visibleLists(listIds, viewer),
        sql`SELECT ${memberProjection(columns)} FROM list_members m WHERE m.list_id = p.id AND ${betweenCursors(page, "m.user_id")} ${orderAndLimit(page, "m.user_id")}`,
      ),
    totalsOfMembers: (listIds, viewer) =>
      readValuePerParent(
        database,
        visibleLists(listIds, viewer),
        sql`SELECT count(*)::int AS value FROM list_members m WHERE m.list_id = p.id`,
      ),
  };
}

function visibleLists(ids: Ids, viewer: Beholder): Sql {
  return sql`(SELECT l.id FROM ${eachOf(ids)} JOIN lists l ON l.id = p.id AND ${visibleTo(viewer)}) p`;
}
