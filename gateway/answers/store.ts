import { LRUCache } from "lru-cache";
import { createNewcomers } from "../../runtime/newcomers.ts";
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
   * Keeps something, beyond its end, until there is no room for it. When there is none, what comes for the first time takes that of what is over;
   * what may still be asked for gives way to what comes again.
   * @param bytes about what it takes
   */
  put(key: string, entry: Entry<Value>, bytes: number): void;
  entries(): number;
  bytes(): number;
}

export interface StoreOptions {
  readonly maxBytes: number;
  /** Milliseconds for which something may be of use after its end. */
  readonly longer: number;
  /** Hears when something is found that was dropped. */
  readonly dropped: () => void;
}

/** Bytes that an entry takes beside its key, value and warrants. */
const overhead = 300;
/** Of what comes while there is no room: what comes again in 90 seconds. */
const acquaintance = { perSecond: 0, memory: 90_000, places: 65_536 };

/**
 * Whether an entry was dropped is asked when it is looked for. A drop does not look for entries: most that are kept are never asked for
 * again, and to find them by their tags would cost more than to keep them.
 */
export function createStore<Value>({ dropped, longer, maxBytes }: StoreOptions): Store<Value> {
  const newcomers = createNewcomers(acquaintance);
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

  /** Whether something may take the place of what was used longest ago. */
  function mayDriveOut(key: string): boolean {
    const [oldest] = entries.rvalues();
    const isOver = oldest !== undefined && oldest.end + longer < performance.now();
    return isOver || entries.has(key) || newcomers.meet(key);
  }

  return {
    undropped,
    fresh(key) {
      const entry = undropped(key);
      if (entry === undefined || performance.now() >= entry.end) return undefined;
      return entry.warrants.every(({ source }) => source.isCurrent()) ? entry : undefined;
    },
    put(key, entry, bytes) {
      const size = bytes + 2 * key.length + sizeOf(entry) + overhead;
      const isFull = entries.calculatedSize + size > maxBytes;
      if (!isFull || mayDriveOut(key)) entries.set(key, entry, { size });
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
