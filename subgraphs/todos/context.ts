import type { Clock } from "../../runtime/clock.ts";
import type { Viewer } from "../../runtime/identity.ts";
import type { RequestWrites } from "../kit/cache/cache-writes.ts";
import { createPositions, type Positions } from "../kit/positions.ts";
import { createLoaders, type Loaders } from "./loaders.ts";
import type { Store } from "./store/store.ts";

/** What the resolvers of one request share. */
export interface Context {
  readonly viewer: Viewer;
  readonly clock: Clock;
  readonly positions: Positions;
  readonly loaders: Loaders;
  readonly store: Store;
  /** Those that `store` makes. */
  readonly writes: RequestWrites;
}

export function createContext(
  viewer: Viewer,
  clock: Clock,
  store: Store,
  writes: RequestWrites,
): Context {
  const positions = createPositions();
  const loaders = createLoaders(store, positions, viewer);
  return { viewer, clock, positions, store, writes, loaders };
}
