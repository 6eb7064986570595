import { LRUCache } from "lru-cache";
import type { OperationSource } from "../compile.ts";
import { documentKey, sameSource } from "./source-key.ts";

/** Operations of one document that are kept; of more, the first to come go. */
const mostOfDocument = 32;

/** Something that was made of a source. */
interface Bounded {
  readonly source: OperationSource;
  readonly bytes: number;
}

/** What fits into some bytes. When there is more, the documents go that were used least. */
export interface BoundedOperations<One extends Bounded> {
  /** Counts as a use of its document. */
  find(source: OperationSource): One | undefined;
  /** Whether there is anything of a document. */
  knows(document: string): boolean;
  add(one: One): void;
  remove(one: One): void;
  all(): readonly One[];
  bytes(): number;
}

/** @param dropped hears of each that has to go with its document */
export function createBoundedOperations<One extends Bounded>(
  bytes: number,
  dropped: (one: One) => void = () => {},
): BoundedOperations<One> {
  // By document, as it is what requests bring: a key with all of a source would have to be made for each of them.
  const documents = new LRUCache<string, readonly One[]>({
    maxSize: Math.ceil(bytes),
    sizeCalculation: (list) => list.reduce((sum, one) => sum + one.bytes, 0),
    dispose(list, _, reason) {
      if (reason !== "set") for (const one of list) dropped(one);
    },
  });
  return {
    find: (source) =>
      documents.get(documentKey(source.document))?.find((one) => sameSource(one.source, source)),
    knows: (document) => documents.has(documentKey(document)),
    add(one) {
      const key = documentKey(one.source.document);
      documents.set(key, [...(documents.get(key) ?? []).slice(1 - mostOfDocument), one]);
    },
    remove(one) {
      const key = documentKey(one.source.document);
      const others = documents.get(key)?.filter((other) => other !== one) ?? [];
      if (others.length === 0) documents.delete(key);
      else documents.set(key, others);
    },
    all: () => [...documents.values()].flat(),
    bytes: () => documents.calculatedSize,
  };
}
