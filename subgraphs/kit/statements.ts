import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";

/** Gives frequent statements a name, under which a connection keeps them prepared. */
export type NameStatement = (text: string) => string | undefined;

/**
 * Each connection keeps every named statement for its lifetime, and clients choose the columns, so names are
 * bounded: a text gets one when it comes the second time, and only so many texts do. The rest runs unnamed.
 */
export function createStatementNames(most = 500): NameStatement {
  const names = new Map<string, string>();
  const seenOnce = new LRUCache<string, true>({ max: 1_000 });
  return (text) => {
    const name = names.get(text);
    if (name !== undefined || names.size >= most) return name;
    if (!seenOnce.has(text)) {
      seenOnce.set(text, true);
      return undefined;
    }
    const fresh = `s${names.size}_${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
    names.set(text, fresh);
    return fresh;
  };
}
