import { hash as hashText } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { InMemoryLRUCache, type KeyValueCache } from "@apollo/utils.keyvaluecache";
import { failure } from "../../runtime/errors.ts";
import type { Redis } from "../../runtime/redis.ts";
import type { Question } from "../http/read-question.ts";
import type { Trust } from "./trust.ts";

/** Documents that clients may ask for without sending them. */
export interface PersistedDocuments {
  /** By the hash that clients send instead of them, once they have been valid for some supergraph. */
  readonly kept: KeyValueCache;
  /** Undefined: any document may be sent. */
  readonly trust: Trust | undefined;
}

type Named = Pick<Question, "document" | "hash" | "operationName">;

/** Seconds for which Redis keeps a document, counted from when it was sent last. */
const keptFor = 7 * 24 * 3600;

/** In memory, at most 10,000 documents of 16 MiB (in UTF-16 units) together; the least used go first. */
export function keepInMemory(): KeyValueCache {
  return new InMemoryLRUCache({ max: 10_000, maxSize: 16 * 1024 * 1024 });
}

/**
 * In memory, and in Redis for the other replicas and those to come. Without Redis, a document that this process does not
 * know counts as unknown: its client sends it again.
 */
export function keepInRedis(memory: KeyValueCache, { client }: Redis): KeyValueCache {
  const inRedis = (key: string): string => `gateway:${key}`;
  return {
    async get(key) {
      const near = await memory.get(key);
      if (near !== undefined) return near;
      const far = await client.get(inRedis(key)).catch(() => null);
      // Whatever else has come to stand there is not the document that was meant.
      if (far === null || keyOf(hashText("sha256", far)) !== key) return undefined;
      await memory.set(key, far);
      return far;
    },
    async set(key, document) {
      await memory.set(key, document);
      await client.set(inRedis(key), document, "EX", keptFor).catch(() => null);
    },
    async delete(key) {
      await memory.delete(key);
      await client.del(inRedis(key)).catch(() => 0);
    },
  };
}

/**
 * The document of a question: the one it brings, or the one that its hash or id stands for.
 * @throws BAD_REQUEST when it brings a document and the hash of another one
 * @throws PERSISTED_QUERY_NOT_FOUND in the promise, when it brings an unknown hash alone
 * @throws PERSISTED_QUERY_NOT_IN_LIST, QUERY_NOT_IN_SAFELIST where only trusted documents are run
 */
export function findDocument(
  { kept, trust }: PersistedDocuments,
  question: Named,
  headers: IncomingHttpHeaders,
): string | Promise<string> {
  const { document, hash } = question;
  const trusted = trust?.documentOf(question, headers);
  if (document === undefined) return trusted ?? recall(kept, hash ?? "");
  if (hash !== undefined && hash !== hashText("sha256", document))
    throw failure("BAD_REQUEST", "The document has another SHA-256 than the request says.");
  return document;
}

/** Keeps the document that came with its hash. Only valid ones are to be kept: others would drive them out. */
export async function keepDocument(
  { kept, trust }: PersistedDocuments,
  { document, hash }: Named,
): Promise<void> {
  if (trust?.enforced === true) return;
  if (document !== undefined && hash !== undefined) await kept.set(keyOf(hash), document);
}

async function recall(kept: KeyValueCache, hash: string): Promise<string> {
  const document = await kept.get(keyOf(hash));
  // Clients look for these very words.
  if (document === undefined) throw failure("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound");
  return document;
}

/** As Apollo Server has it. */
function keyOf(hash: string): string {
  return `apq:${hash}`;
}
