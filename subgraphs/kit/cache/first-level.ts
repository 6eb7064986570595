import { LRUCache } from "lru-cache";
import { createDropMemory } from "../../../runtime/hearing/drop-memory.ts";
import type { Known } from "./entry.ts";

/** A moment in the order of drops, by which a read knows what was dropped since it began. */
export type Mark = number;

/** What this process keeps of entities, pages and counts. Whether it may be served is not decided here. */
export interface FirstLevel {
  get(key: string): Copy | undefined;
  /** Now. Taken before a read begins. */
  mark(): Mark;
  /** Whether one of the keys was dropped since, or may have been. */
  droppedSince(keys: readonly string[], mark: Mark): boolean;
  /** Keeps what a read found that began at `mark`, unless it was dropped since. */
  put(place: Place, known: Known, mark: Mark): void;
  drop(keys: readonly string[]): void;
  /** Drops everything, also what reads under way will find. */
  flush(): void;
  size(): number;
}

/** Where something is kept. */
export interface Place {
  readonly key: string;
  /** Of the shape of what is kept. */
  readonly version: number;
  /** The keys by whose drop it becomes old; its own, for an entity. */
  readonly guards: readonly string[];
}

export interface Copy extends Known {
  /** When it has served for most of its time, by `performance.now()`. */
  readonly ripeAt: number;
}

export interface FirstLevelOptions {
  /** Rows; a page counts as those that are on it. */
  readonly maxRows: number;
  /** Milliseconds; each entry has up to a fifth less, so that those of one moment do not go together. */
  readonly ttl: number;
}

interface KeptCopy extends Copy {
  readonly guards: readonly string[];
  readonly since: Mark;
}

export function createFirstLevel({ maxRows, ttl }: FirstLevelOptions): FirstLevel {
  const entries = new LRUCache<string, KeptCopy>({
    maxSize: maxRows,
    sizeCalculation: ({ value }) => (Array.isArray(value) ? 1 + value.length : 1),
  });
  let now: Mark = 0;
  const memory = createDropMemory(maxRows);
  const { droppedSince } = memory;

  return {
    get(key) {
      const copy = entries.get(key);
      if (copy === undefined) return undefined;
      // An entity goes when it is dropped; of what is kept under tags, nobody knows which.
      if (copy.guards[0] === key || !droppedSince(copy.guards, copy.since)) return copy;
      entries.delete(key);
      return undefined;
    },
    mark: () => now,
    droppedSince,
    put({ guards, key }, { value }, since) {
      if (droppedSince(guards, since)) return;
      const life = ttl * (0.8 + Math.random() / 5);
      const ripeAt = performance.now() + life * (2 / 3);
      entries.set(key, { value, guards, since, ripeAt }, { ttl: life });
    },
    drop(keys) {
      now += 1;
      memory.drop(keys, now);
      for (const key of keys) entries.delete(key);
    },
    flush() {
      now += 1;
      memory.flush(now);
      entries.clear();
    },
    size: () => entries.size,
  };
}
