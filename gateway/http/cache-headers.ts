import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "../request.ts";

/** What an answer says to whoever may store it, and whether its client has it already. */
export interface CacheHeaders {
  /** Names and values in turn. */
  readonly said: readonly string[];
  /** Stands for its bytes as they travel in an encoding. Undefined: nobody may store it. */
  readonly etagIn: ((encoding: string | undefined) => string) | undefined;
  /** The entity tag by which the client has it. */
  readonly known: string | undefined;
  /** Whether others may get it from whoever stores it. */
  readonly shared: boolean;
}

const noStore: CacheHeaders = {
  said: ["cache-control", "no-store"],
  etagIn: undefined,
  known: undefined,
  shared: false,
};

/** The encodings that an answer may travel in; each makes other bytes of it, and so has another strong entity tag. */
const encodings = [undefined, "br", "gzip"];

/**
 * Says how an answer may be stored (RFC 9111). What everyone gets may be stored by everyone where the request brought no token; what was
 * asked for with one is the client's own, and is asked for again each time, which costs a 304. All else is stored by nobody: what has
 * errors or an old copy in it, what depends on more than a schema says, and every answer to a POST.
 * @param varying names of the client's headers that subgraphs get
 */
export function createCacheHeaders(
  varying: readonly string[],
): (method: string, headers: IncomingHttpHeaders, answer: Answer) => CacheHeaders {
  const vary = ["accept", "accept-encoding", "authorization", ...varying].join(", ");

  return (method, headers, { freshness }) => {
    const fresh = method === "GET" ? freshness?.() : undefined;
    if (fresh === undefined) return noStore;
    const { age, etag, maxAge, scope } = fresh;
    const isOpen = scope === "PUBLIC" && headers.authorization === undefined;
    const control = isOpen ? `public, max-age=${maxAge}` : "private, no-cache";
    const etagIn = (encoding: string | undefined): string =>
      encoding === undefined ? `"${etag}"` : `"${etag}-${encoding}"`;
    return {
      said: ["cache-control", control, "age", String(age), "vary", vary],
      etagIn,
      known: knownOf(headers["if-none-match"], encodings.map(etagIn)),
      shared: isOpen,
    };
  };
}

/** The first of some entity tags that a client says it has; compared as RFC 9110 has it for this header, weak or not. */
function knownOf(header: string | undefined, tags: readonly string[]): string | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === "*") return tags[0];
  const listed = new Set(header.match(/"[^"]*"/g));
  return tags.find((tag) => listed.has(tag));
}
