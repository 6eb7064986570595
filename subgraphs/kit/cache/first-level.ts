import { LRUCache } from "lru-cache";
import type { Known } from "./entry.ts";

/** A moment in the order of drops, by which a read knows what was dropped since it began. */
export type Mark = number;

/** What this process keeps of entities. Whether it may be served is not decided here. */
export interface FirstLevel {
  get(key: string): Known | undefined;
  /** Now. Taken before a read begins. */
  mark(): Mark;
  /** Whether the entity was dropped since, or may have been. */
  droppedSince(key: string, mark: Mark): boolean;
  /** Keeps what a read found that began at `mark`, unless the entity was dropped since. */
  put(key: string, known: Known, mark: Mark): void;
  drop(keys: readonly string[]): void;
  /** Drops everything, also what reads under way will find. */
  flush(): void;
  size(): number;
}

export interface FirstLevelOptions {
  readonly maxEntries: number;
  /** Milliseconds; each entry has up to a fifth less, so that those of one moment do not go together. */
  readonly ttl: number;
}

export function createFirstLevel({ maxEntries, ttl }: FirstLevelOptions): FirstLevel {
  const entries = new LRUCache<string, Known>({ max: maxEntries });
  let now: Mark = 0;
  /** What was dropped before this, nobody remembers any more. */
  let floor: Mark = 0;
  const drops = new LRUCache<string, Mark>({
    max: maxEntries,
    dispose: (mark, _key, reason) => {
      if (reason === "evict") floor = Math.max(floor, mark);
    },
  });

  function droppedSince(key: string, mark: Mark): boolean {
    return Math.max(floor, drops.peek(key) ?? 0) > mark;
  }

  return {
    get: (key) => entries.get(key),
    mark: () => now,
    droppedSince,
    put(key, known, mark) {
      if (droppedSince(key, mark)) return;
      entries.set(key, known, { ttl: ttl * (0.8 + Math.random() / 5) });
    },
    drop(keys) {
      now += 1;
      for (const key of keys) {
        entries.delete(key);
        drops.set(key, now);
      }
    },
    flush() {
      now += 1;
      floor = now;
      entries.clear();
      drops.clear();
    },
    size: () => entries.size,
  };
}
