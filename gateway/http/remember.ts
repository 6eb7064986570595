import { LRUCache } from "lru-cache";

/** Characters of a header up to which its meaning is kept: clients of one kind send the same few short values. */
const longest = 256;

/**
 * Reads the values of one header, and keeps what the last hundred different ones meant.
 * @param read gets the empty string for a header that is not there.
 */
export function remember<Meaning extends object>(
  read: (header: string) => Meaning,
): (header: string | undefined) => Meaning {
  const known = new LRUCache<string, Meaning>({ max: 100 });
  return (header = "") => {
    const before = known.get(header);
    if (before !== undefined) return before;
    const meaning = read(header);
    if (header.length <= longest) known.set(header, meaning);
    return meaning;
  };
}
