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

/** What may be kept, and about how many bytes it takes. */
export interface Candidate<Value> {
  readonly entry: Entry<Value>;
  readonly bytes: number;
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
   * @param make is asked for it when it will be kept
   */
  put(key: string, make: () => Candidate<Value> | undefined): void;
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
/** Milliseconds after which it is looked anew whether anything is over. */
const lookAgain = 100;

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

  /** Whether there is room for another one like those that there are. */
  function hasRoom(): boolean {
    const { calculatedSize, size } = entries;
    return calculatedSize * (1 + 1 / Math.max(1, size)) <= maxBytes;
  }

  let nothingIsOverUntil = 0;

  /** Whether what was used longest ago is of no use any more. */
  function isOver(): boolean {
    const now = performance.now();
    if (now < nothingIsOverUntil) return false;
    const [oldest] = entries.rvalues();
    if (oldest !== undefined && oldest.end + longer < now) return true;
    nothingIsOverUntil = now + lookAgain;
    return false;
  }

  return {
    undropped,
    fresh(key) {
      const entry = undropped(key);
      if (entry === undefined || performance.now() >= entry.end) return undefined;
      return entry.warrants.every(({ source }) => source.isCurrent()) ? entry : undefined;
    },
    put(key, make) {
      if (!(hasRoom() || isOver() || newcomers.meet(key) || entries.has(key))) return;
      const candidate = make();
      if (candidate === undefined) return;
      const { bytes, entry } = candidate;
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
