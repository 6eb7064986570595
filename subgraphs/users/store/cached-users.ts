import { anonymous } from "../../../runtime/identity.ts";
import type { EntityCache } from "../../kit/cache/entity-cache.ts";
import { type EntityKind, keyOf, type ReadRows } from "../../kit/cache/entity-reads.ts";
import { tags } from "./tags.ts";
import type { UserColumn, UserRow } from "./user-columns.ts";
import type { UserStore } from "./user-store.ts";

/** What is cached of a user: what anyone may read. What is kept has all of it, whatever was asked for. */
const cachedUserColumns = [
  "id",
  "handle",
  "name",
  "avatarUrl",
  "createdAt",
] as const satisfies readonly UserColumn[];

type CachedColumn = (typeof cachedUserColumns)[number];

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
export function cacheUsers(
  store: UserStore,
  cache: Pick<EntityCache, "areNew" | "read">,
): UserStore {
  function readBy(columns: readonly UserColumn[]): ReadRows<UserRow> {
    return async (ids) => {
      const byId = new Map<string, UserRow>();
      for (const row of await store.byIds(ids, columns, anonymous)) byId.set(String(row.id), row);
      return byId;
    };
  }

  const readCached = readBy(cachedUserColumns);

  async function byIds(
    ids: readonly string[],
    columns: readonly UserColumn[],
  ): Promise<readonly UserRow[]> {
    const found = await cache.read<UserRow>(users, ids, readCached, readBy(columns));
    const rows: UserRow[] = [];
    for (const row of found.values()) if (row !== null) rows.push(copyOf(row));
    return rows;
  }

  async function byHandles(
    wanted: readonly string[],
    columns: readonly UserColumn[],
  ): Promise<readonly UserRow[]> {
    const ids = await cache.read<string>(handles, wanted, async (missing) => {
      const rows = await store.byHandles(missing, ["id"], anonymous);
      return new Map(rows.map((row) => [String(row.handle), String(row.id)]));
    });
    const holders = new Map(
      [...ids].flatMap(([handle, id]) => (id === null ? [] : [[id, handle]])),
    );
    const rows = await byIds([...holders.keys()], withHandle(columns));
    const right = rows.filter((row) => holders.get(String(row.id)) === row.handle);
    if (right.length === holders.size) return right;
    // The handle has passed on between the two reads.
    const sure = new Set(right.map(({ handle }) => handle));
    const left = [...holders.values()].filter((handle) => !sure.has(handle));
    return [...right, ...(await store.byHandles(left, columns, anonymous))];
  }

  return {
    ...store,
    byIds: (ids, columns, viewer) =>
      columns.every(isCached) && !cache.areNew(users, ids)
        ? byIds(ids, columns)
        : store.byIds(ids, columns, viewer),
    byHandles: (wanted, columns, viewer) =>
      columns.every(isCached)
        ? byHandles(wanted, columns)
        : store.byHandles(wanted, columns, viewer),
  };
}

/** Who gets a row may write on it. With its columns by name, as a spread takes three times as long. */
function copyOf({ avatarUrl, createdAt, handle, id, name }: UserRow): UserRow {
  const columns = { id, handle, name, avatarUrl, createdAt };
  return columns satisfies Record<CachedColumn, unknown> as UserRow;
}

function withHandle(columns: readonly UserColumn[]): readonly UserColumn[] {
  return columns.includes("handle") ? columns : [...columns, "handle"];
}

function isCached(column: UserColumn): boolean {
  return (cachedUserColumns as readonly UserColumn[]).includes(column);
}
