import { InMemoryLRUCache, type KeyValueCache } from "@apollo/utils.keyvaluecache";

/** Documents by the hash that clients send instead of them, once they have been valid for some supergraph. */
export type PersistedDocuments = KeyValueCache;

/** In memory, at most 10,000 documents of 16 MiB (in UTF-16 units) together; the least used go first. */
export function createPersistedDocuments(): PersistedDocuments {
  return new InMemoryLRUCache({ max: 10_000, maxSize: 16 * 1024 * 1024 });
}
