import { LRUCache } from "lru-cache";

/** When keys were dropped last, in the order of some counter, for as many keys as there is room for. */
export interface DropMemory {
  drop(keys: readonly string[], at: number): void;
  /** Everything was dropped, or may have been, up to `at`. */
  flush(at: number): void;
  /** Whether anything was dropped after `mark`. */
  anySince(mark: number): boolean;
  /** Whether one of the keys was dropped after `mark`, or may have been. */
  droppedSince(keys: readonly string[], mark: number): boolean;
}

export function createDropMemory(maxKeys: number): DropMemory {
  /** What was dropped up to this, nobody remembers any more. */
  let floor = 0;
  /** Most often nothing at all was dropped since: then no key is looked up. */
  let latest = 0;
  const drops = new LRUCache<string, number>({
    max: maxKeys,
    dispose: (at, _key, reason) => {
      if (reason === "evict") floor = Math.max(floor, at);
    },
  });
  return {
    drop(keys, at) {
      latest = Math.max(latest, at);
      for (const key of keys) drops.set(key, at);
    },
    flush(at) {
      floor = at;
      latest = at;
      drops.clear();
    },
    anySince: (mark) => latest > mark,
    droppedSince: (keys, mark) =>
      latest > mark && keys.some((key) => Math.max(floor, drops.peek(key) ?? 0) > mark),
  };
}
