import type { Viewer } from "../../runtime/identity.ts";
import { createLoader, type Loader } from "../kit/loader.ts";
import type { UserColumn, UserRow } from "./store/user-columns.ts";
import type { UserStore } from "./store/user-store.ts";

export type UserLoader = Loader<UserRow | null, UserColumn>;

/** The loaders of one request: they read as its viewer. */
export interface UserLoaders {
  readonly byId: UserLoader;
  readonly byHandle: UserLoader;
}

export function createUserLoaders(store: UserStore, viewer: Viewer): UserLoaders {
  return {
    byId: loader("id", (ids, columns) => store.byIds(ids, columns, viewer)),
    byHandle: loader("handle", (handles, columns) => store.byHandles(handles, columns, viewer)),
  };
}

function loader(
  key: "id" | "handle",
  read: (keys: readonly string[], columns: readonly UserColumn[]) => Promise<readonly UserRow[]>,
): UserLoader {
  return createLoader<UserRow | null, UserColumn>({
    read: async (keys, columns) => {
      const rows = await read(keys, columns);
      return new Map(rows.map((row) => [String(row[key]), row]));
    },
    missing: () => null,
  });
}
