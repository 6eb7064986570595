import type { Viewer } from "../../runtime/identity.ts";
import type { Pages } from "../kit/connection.ts";
import { createLoader, type Loader } from "../kit/loader.ts";
import type { Page } from "../kit/pagination.ts";
import type { UserColumn, UserRow } from "./store/user-columns.ts";
import type { UserStore } from "./store/user-store.ts";

export type UserLoader = Loader<UserRow | null, UserColumn>;

/** The loaders of one request: they read as its viewer. */
export interface UserLoaders {
  readonly byId: UserLoader;
  readonly byHandle: UserLoader;
  /** Of all users that a search finds; the key is of no account. */
  pages(page: Page<UserColumn>, search: string | undefined): Pages<UserRow, UserColumn>;
}

export function createUserLoaders(store: UserStore, viewer: Viewer): UserLoaders {
  return {
    byId: loader("id", (ids, columns) => store.byIds(ids, columns, viewer)),
    byHandle: loader("handle", (handles, columns) => store.byHandles(handles, columns, viewer)),
    pages: (page, search) => ({
      rows: createLoader<readonly UserRow[], UserColumn>({
        read: async (_, columns) =>
          new Map([["", await store.page(page, search, columns, viewer)]]),
        missing: () => [],
      }),
      totals: createLoader<number, never>({
        read: async () => new Map([["", await store.count(search)]]),
        missing: () => 0,
      }),
    }),
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
