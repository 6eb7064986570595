import { LRUCache } from "lru-cache";
import { isRight, type Warrant } from "./warrant.ts";

/** Something that is kept, and until when. */
export interface Entry<Value> extends Freshness {
  readonly value: Value;
}

export interface Freshness {
  /** When the oldest part of it was read, in milliseconds of `performance.now()`. */
  readonly born: number;
  /** When it is too old, on the same clock. */
  readonly end: number;
  /** What it is right by; none: it is right until its end. */
  readonly warrants: readonly Warrant[];
}

/** Everything that is kept, bounded by bytes; what was used longest ago goes first. */
export interface Store<Value> {
  /** What may be served. */
  fresh(key: string): Entry<Value> | undefined;
  /** What was not dropped, as far as was heard, however old it is. */
  undropped(key: string): Entry<Value> | undefined;
  /**
   * Until there is no room for it: it stays after its end.
   * @param bytes about what it takes
   */
  put(key: string, entry: Entry<Value>, bytes: number): void;
  entries(): number;
  bytes(): number;
}

/** Bytes that an entry takes beside its key, value and warrants. */
const overhead = 300;

/**
 * Whether an entry was dropped is asked when it is looked for. A drop does not look for entries: most that are kept are never asked for
 * again, and to find them by their tags would cost more than to keep them.
 * @param dropped hears when one is found that was
 */
export function createStore<Value>(maxBytes: number, dropped: () => void): Store<Value> {
  const entries = new LRUCache<string, Entry<Value>>({
    maxSize: maxBytes,
    // Nothing takes most of the room.
    maxEntrySize: Math.ceil(maxBytes / 8),
  });

  function undropped(key: string): Entry<Value> | undefined {
    const entry = entries.get(key);
    if (entry === undefined || entry.warrants.every(isRight)) return entry;
    entries.delete(key);
    dropped();
    return undefined;
  }

  return {
    undropped,
    fresh(key) {
      const entry = undropped(key);
      if (entry === undefined || performance.now() >= entry.end) return undefined;
      return entry.warrants.every(({ source }) => source.isCurrent()) ? entry : undefined;
    },
    put(key, entry, bytes) {
      entries.set(key, entry, { size: bytes + 2 * key.length + sizeOf(entry) + overhead });
    },
    entries: () => entries.size,
    bytes: () => entries.calculatedSize,
  };
}

/** Bytes that its warrants take, about. */
function sizeOf({ warrants }: Freshness): number {
  let sum = 0;
  for (const { tags } of warrants) sum += 2 * tags.length + 100;
  return sum;
}
