import type { Viewer } from "../../../runtime/identity.ts";
import type { EntityReads } from "../../kit/cache/entity-reads.ts";
import { cachedListColumns, kinds, roleId } from "./cached-kinds.ts";
import type { ListReads } from "./list-reads.ts";
import type { ListRole, ListRow } from "./rows.ts";
import { theCache } from "./visible-to.ts";

/** A list that the viewer may see. */
export interface SeenList {
  readonly row: ListRow;
  /** The viewer's; null as well where nobody had to look it up. */
  readonly role: ListRole | null;
}

/**
 * Decides from cached rows of lists and cached roles who sees what, by the rule of `visibleTo`. Gives those of the lists that the
 * viewer may see.
 * @param withRoles whether the viewer's role is wanted, not only where it decides
 */
export type SeeLists = (
  read: EntityReads["read"],
  ids: readonly string[],
  viewer: Viewer,
  withRoles?: boolean,
) => Promise<ReadonlyMap<string, SeenList>>;

export function createSeeLists(lists: ListReads): SeeLists {
  async function readRoles(
    read: EntityReads["read"],
    ids: readonly string[],
    userId: string,
  ): Promise<ReadonlyMap<string, ListRole | null>> {
    const wanted = ids.map((id) => roleId(id, userId));
    return read<ListRole>(kinds.role, wanted, async (missing) => {
      const listIds = missing.map((id) => id.slice(0, id.indexOf("/")));
      const found = await lists.roles(listIds, userId);
      return new Map([...found].map(([listId, role]) => [roleId(listId, userId), role]));
    });
  }

  return async (read, ids, viewer, withRoles = false) => {
    const rows = await read<ListRow>(kinds.list, ids, (missing) =>
      lists.byIds(missing, cachedListColumns, theCache),
    );
    const found = [...rows].flatMap(([id, row]) => (row === null ? [] : [{ id, row }]));
    const userId = viewer.kind === "user" ? viewer.id : "";
    const wanted = userId === "" ? [] : found.filter(({ row }) => withRoles || !isPublic(row));
    const roles =
      wanted.length === 0
        ? new Map<string, ListRole | null>()
        : await readRoles(
            read,
            wanted.map(({ id }) => id),
            userId,
          );
    const seen = new Map<string, SeenList>();
    for (const { id, row } of found) {
      const role = roles.get(roleId(id, userId)) ?? null;
      if (isPublic(row) || role !== null) seen.set(id, { row, role });
    }
    return seen;
  };
}

export function isPublic({ visibility }: ListRow): boolean {
  return visibility === "PUBLIC";
}
