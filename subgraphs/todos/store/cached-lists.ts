import type { EntityCache } from "../../kit/cache/entity-cache.ts";
import { pageKey } from "../../kit/cache/page-key.ts";
import type { SeeLists } from "./cached-access.ts";
import {
  cachedListColumns,
  cachedMemberColumns,
  partsOfLists,
  partsOfUsers,
  publicParts,
} from "./cached-kinds.ts";
import type { CachedParts } from "./cached-parts.ts";
import type { ListReads } from "./list-reads.ts";
import type { ListRow } from "./rows.ts";

/** Reads lists and members through the cache, what it does not keep from the store. */
export function cacheLists(
  lists: ListReads,
  { readTogether }: Pick<EntityCache, "readTogether">,
  see: SeeLists,
  parts: CachedParts,
): ListReads {
  return {
    ...lists,
    byIds: (ids, columns, viewer) => {
      const fromStore = () => lists.byIds(ids, columns, viewer);
      if (viewer.kind === "cache") return fromStore();
      return readTogether(async (read) => {
        const seen = await see(read, ids, viewer, columns.includes("viewerRole"));
        // Copies: who gets a row may write on it.
        return new Map([...seen].map(([id, { role, row }]) => [id, { ...row, viewerRole: role }]));
      }, fromStore);
    },
    pagesOfUsers: (userIds, page, columns, viewer) => {
      const kinds = partsOfUsers.lists;
      const key = pageKey(page);
      const fromStore = () => lists.pagesOfUsers(userIds, page, columns, viewer);
      const from = (ids: readonly string[]) =>
        lists.pagesOfUsers(ids, page, cachedListColumns, viewer);
      if (viewer.kind === "anonymous" || !columns.includes("viewerRole")) {
        return parts.ofUsers(kinds, userIds, key, viewer, from) ?? fromStore();
      }
      return readTogether(async (read) => {
        const pages = await parts.ofUsers(kinds, userIds, key, viewer, from, read);
        if (pages === undefined) return fromStore();
        const ids = [...pages.values()].flat().map(({ id = "" }) => id);
        const seen = await see(read, [...new Set(ids)], viewer, true);
        const withRole = (row: ListRow): ListRow => ({
          ...row,
          viewerRole: seen.get(row.id ?? "")?.role ?? null,
        });
        return new Map([...pages].map(([id, rows]) => [id, rows.map(withRole)]));
      }, fromStore);
    },
    totalsOfUsers: (userIds, viewer) => {
      const from = (ids: readonly string[]) => lists.totalsOfUsers(ids, viewer);
      return parts.ofUsers(partsOfUsers.listTotal, userIds, "", viewer, from) ?? from(userIds);
    },
    async publicPage(page) {
      const from = () => lists.publicPage(page, cachedListColumns);
      return (await parts.ofAll(publicParts.lists, pageKey(page), from)) ?? [];
    },
    async publicTotal() {
      return (await parts.ofAll(publicParts.listTotal, "", lists.publicTotal)) ?? 0;
    },
    pagesOfMembers: (listIds, page, _, viewer) =>
      parts.ofLists(partsOfLists.members, listIds, pageKey(page), viewer, (ids, beholder) =>
        lists.pagesOfMembers(ids, page, cachedMemberColumns, beholder),
      ),
    totalsOfMembers: (listIds, viewer) =>
      parts.ofLists(partsOfLists.memberTotal, listIds, "", viewer, lists.totalsOfMembers),
  };
}
