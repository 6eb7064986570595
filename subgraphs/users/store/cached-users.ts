import { anonymous } from "../../../runtime/identity.ts";
import type { EntityCache } from "../../kit/cache/entity-cache.ts";
import { type EntityKind, keyOf } from "../../kit/cache/entity-reads.ts";
import { tags } from "./tags.ts";
import type { UserColumn, UserRow } from "./user-columns.ts";
import type { UserStore } from "./user-store.ts";

/** What is cached of a user: what anyone may read. A miss reads all of it, whatever was asked for. */
const cachedUserColumns = [
  "id",
  "handle",
  "name",
  "avatarUrl",
  "createdAt",
] as const satisfies readonly UserColumn[];

const users: EntityKind = { name: "user", version: 1, isPublic: () => true };
/** From a handle to the id of its user. */
const handles: EntityKind = { name: "handle", version: 1, isPublic: () => true };

/** A user is made, changed or deleted. */
export interface UserChange {
  readonly id: string;
  /** That led to the user before or do so now. */
  readonly handles: readonly string[];
  /** Whether one of these leads to somebody else than before. */
  readonly renamed: boolean;
}

/** The entities that a change makes old, and the tags of what contains them. */
export function keysOfUser({ handles: all, id, renamed }: UserChange): readonly string[] {
  return [
    keyOf(users, id),
    ...(renamed ? all.map((handle) => keyOf(handles, handle)) : []),
    tags.user(id),
    ...all.map(tags.handle),
    tags.users,
  ];
}

/** Reads users by id and handle through the cache, where all that is asked for is in it; the rest goes to the store. */
export function cacheUsers(store: UserStore, cache: Pick<EntityCache, "read">): UserStore {
  async function byIds(ids: readonly string[]): Promise<readonly UserRow[]> {
    const found = await cache.read<UserRow>(users, ids, async (missing) => {
      const rows = await store.byIds(missing, cachedUserColumns, anonymous);
      return new Map(rows.map((row) => [String(row.id), row]));
    });
    // Copies: who gets a row may write on it.
    return [...found.values()].flatMap((row) => (row === null ? [] : [{ ...row }]));
  }

  async function byHandles(wanted: readonly string[]): Promise<readonly UserRow[]> {
    const ids = await cache.read<string>(handles, wanted, async (missing) => {
      const rows = await store.byHandles(missing, ["id"], anonymous);
      return new Map(rows.map((row) => [String(row.handle), String(row.id)]));
    });
    const holders = new Map(
      [...ids].flatMap(([handle, id]) => (id === null ? [] : [[id, handle]])),
    );
    const rows = await byIds([...holders.keys()]);
    const right = rows.filter((row) => holders.get(String(row.id)) === row.handle);
    if (right.length === holders.size) return right;
    // The handle has passed on between the two reads.
    const sure = new Set(right.map(({ handle }) => handle));
    const left = [...holders.values()].filter((handle) => !sure.has(handle));
    return [...right, ...(await store.byHandles(left, cachedUserColumns, anonymous))];
  }

  return {
    ...store,
    byIds: (ids, columns, viewer) =>
      columns.every(isCached) ? byIds(ids) : store.byIds(ids, columns, viewer),
    byHandles: (wanted, columns, viewer) =>
      columns.every(isCached) ? byHandles(wanted) : store.byHandles(wanted, columns, viewer),
  };
}

function isCached(column: UserColumn): boolean {
  return (cachedUserColumns as readonly UserColumn[]).includes(column);
}
