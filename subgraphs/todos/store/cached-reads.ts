import type { EntityCache } from "../../kit/cache/entity-cache.ts";
import { createSeeLists } from "./cached-access.ts";
import { cacheLists } from "./cached-lists.ts";
import { createCachedParts } from "./cached-parts.ts";
import { cacheTodos } from "./cached-todos.ts";
import type { Reads } from "./store.ts";

/**
 * Reads through the cache. An entry is the same for all who may see it; who may is decided anew at each read, and together with
 * what is read, so that nobody gets today's rows by yesterday's right.
 */
export function cacheReads(
  { lists, todos }: Reads,
  cache: Pick<EntityCache, "read" | "readTogether">,
): Reads {
  const see = createSeeLists(lists);
  const parts = createCachedParts(see, cache);
  return {
    lists: cacheLists(lists, cache, see, parts),
    todos: cacheTodos(todos, cache, see, parts),
  };
}
