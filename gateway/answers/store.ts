import { LRUCache } from "lru-cache";
import type { Source } from "./sources.ts";
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
   * Keeps it unless it is wrong already.
   * @param bytes about what it takes
   * @param longer milliseconds for which it stays after its end
   */
  put(key: string, entry: Entry<Value>, bytes: number, longer: number): boolean;
  /** @returns how many entries these tags took with them */
  drop(source: Source, tags: readonly string[]): number;
  entries(): number;
  bytes(): number;
}

/** Bytes that an entry takes beside its key, value and tags. */
const overhead = 300;

export function createStore<Value>(maxBytes: number): Store<Value> {
  /** By source and tag, the keys of entries that they drop. */
  const tagged = new Map<string, Set<string>>();
  const entries = new LRUCache<string, Entry<Value>>({
    maxSize: maxBytes,
    // Nothing takes most of the room.
    maxEntrySize: Math.ceil(maxBytes / 8),
    ttlResolution: 0,
    dispose: (entry, key) => unlink(key, entry),
  });

  function link(key: string, { warrants }: Entry<Value>): void {
    for (const name of namesOf(warrants)) {
      const keys = tagged.get(name);
      if (keys === undefined) tagged.set(name, new Set([key]));
      else keys.add(key);
    }
  }

  function unlink(key: string, { warrants }: Entry<Value>): void {
    for (const name of namesOf(warrants)) {
      const keys = tagged.get(name);
      keys?.delete(key);
      if (keys?.size === 0) tagged.delete(name);
    }
  }

  function undropped(key: string): Entry<Value> | undefined {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    const isVoid = entry.warrants.some((one) => one.source.generation() !== one.generation);
    if (isVoid) entries.delete(key);
    return isVoid ? undefined : entry;
  }

  return {
    undropped,
    fresh(key) {
      const entry = undropped(key);
      if (entry === undefined || performance.now() >= entry.end) return undefined;
      return entry.warrants.every(({ source }) => source.isCurrent()) ? entry : undefined;
    },
    put(key, entry, bytes, longer) {
      const ttl = Math.ceil(entry.end - performance.now() + longer);
      if (ttl <= 0 || !entry.warrants.every(isRight)) return false;
      const ofTags = namesOf(entry.warrants).reduce((sum, name) => sum + 2 * name.length + 100, 0);
      entries.delete(key);
      entries.set(key, entry, { ttl, size: bytes + 2 * key.length + ofTags + overhead });
      if (!entries.has(key)) return false;
      link(key, entry);
      return true;
    },
    drop(source, tags) {
      let dropped = 0;
      for (const tag of tags) {
        for (const key of tagged.get(nameOf(source, tag)) ?? []) {
          if (entries.delete(key)) dropped += 1;
        }
      }
      return dropped;
    },
    entries: () => entries.size,
    bytes: () => entries.calculatedSize,
  };
}

function namesOf(warrants: readonly Warrant[]): readonly string[] {
  return warrants.flatMap(({ source, tags }) => tags.map((tag) => nameOf(source, tag)));
}

function nameOf({ identity }: Source, tag: string): string {
  return `${identity} ${tag}`;
}
