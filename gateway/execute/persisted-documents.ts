import { hash as hashText } from "node:crypto";
import { InMemoryLRUCache, type KeyValueCache } from "@apollo/utils.keyvaluecache";
import { failure } from "../../runtime/errors.ts";
import type { Question } from "../http/read-question.ts";

/** Documents by the hash that clients send instead of them, once they have been valid for some supergraph. */
export type PersistedDocuments = KeyValueCache;

type Named = Pick<Question, "document" | "hash">;

/** In memory, at most 10,000 documents of 16 MiB (in UTF-16 units) together; the least used go first. */
export function createPersistedDocuments(): PersistedDocuments {
  return new InMemoryLRUCache({ max: 10_000, maxSize: 16 * 1024 * 1024 });
}

/**
 * The document of a question: the one it brings, or the one kept under its hash.
 * @throws BAD_REQUEST when it brings a document and the hash of another one
 * @throws PERSISTED_QUERY_NOT_FOUND in the promise, when it brings an unknown hash alone
 */
export function findDocument(
  documents: PersistedDocuments,
  { document, hash }: Named,
): string | Promise<string> {
  if (document === undefined) return recall(documents, hash ?? "");
  if (hash !== undefined && hash !== hashText("sha256", document))
    throw failure("BAD_REQUEST", "The document has another SHA-256 than the request says.");
  return document;
}

/** Keeps the document that came with its hash. Only valid ones are to be kept: others would drive them out. */
export async function keepDocument(
  documents: PersistedDocuments,
  { document, hash }: Named,
): Promise<void> {
  if (document !== undefined && hash !== undefined) await documents.set(keyOf(hash), document);
}

async function recall(documents: PersistedDocuments, hash: string): Promise<string> {
  const document = await documents.get(keyOf(hash));
  // Clients look for these very words.
  if (document === undefined) throw failure("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound");
  return document;
}

/** As Apollo Server has it. */
function keyOf(hash: string): string {
  return `apq:${hash}`;
}
