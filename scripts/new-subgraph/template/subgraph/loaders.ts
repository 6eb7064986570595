import { createLoader, type Loader } from "../kit/loader.ts";
import type { ThingColumn, ThingRow } from "./store/rows.ts";
import type { Store } from "./store/store.ts";

/** The reads of one request: what is asked for at once is one statement. */
export interface Loaders {
  /** Gives null for what does not exist. */
  readonly things: Loader<ThingRow | null, ThingColumn>;
}

export function createLoaders(store: Store): Loaders {
  return {
    things: createLoader<ThingRow | null, ThingColumn>({
      read: (ids, columns) => store.byIds(ids, columns),
      missing: () => null,
    }),
  };
}
