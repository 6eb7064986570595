import type { Pages } from "../kit/connection.ts";
import { createLoader, type Loader } from "../kit/loader.ts";
import type { Page } from "../kit/pagination.ts";
import type { ThingColumn, ThingRow } from "./store/rows.ts";
import type { Store } from "./store/store.ts";

/** The reads of one request: what is asked for at once is one statement. */
export interface Loaders {
  /** Gives null for what does not exist. */
  readonly things: Loader<ThingRow | null, ThingColumn>;
  /** Of all things; the key is of no account. */
  allThings(page: Page<ThingColumn>): Pages<ThingRow, ThingColumn>;
}

export function createLoaders(store: Store): Loaders {
  return {
    things: createLoader<ThingRow | null, ThingColumn>({
      read: (ids, columns) => store.byIds(ids, columns),
      missing: () => null,
    }),
    allThings: (page) => ({
      rows: createLoader<readonly ThingRow[], ThingColumn>({
        read: async (_, columns) => new Map([["", await store.page(page, columns)]]),
        missing: () => [],
      }),
      totals: createLoader<number, never>({
        read: async () => new Map([["", await store.count()]]),
        missing: () => 0,
      }),
    }),
  };
}
