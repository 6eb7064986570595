import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { noPage } from "../../runtime/guard-pages.ts";
import type { Answer } from "../request.ts";
import { createCacheHeaders } from "./cache-headers.ts";
import { createCompression } from "./compress-answers.ts";
import { createGrants, type GrantedOrigins } from "./grant-origins.ts";
import { type Reader, statusFor } from "./media-type.ts";

/** Keeps a browser from making more of an answer than JSON for whoever asked: a few of the headers that pages get. */
const guards = [
  ...["content-security-policy", noPage],
  ...["cross-origin-resource-policy", "same-origin"],
  ...["referrer-policy", "no-referrer"],
  ...["x-content-type-options", "nosniff"],
];

/** Headers of every answer that are the door's to say. */
const ofTheDoor: ReadonlySet<string> = new Set([
  "age",
  "cache-control",
  "content-length",
  "content-type",
  "etag",
  "vary",
  "x-request-id",
]);

/** Headers about the one who asked, which others are not to get with a stored answer. */
const ofOneClient: ReadonlySet<string> = new Set(["ratelimit", "ratelimit-policy"]);

/** Who gets an answer. */
interface Recipient {
  readonly id: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly reader: Reader;
  /** Whether the connection ends with this answer. */
  readonly last: boolean;
}

/**
 * Sends answers as their readers can read them: media type, status, compression, CORS, and whether they may be stored.
 * @param varying names of the client's headers that answers depend on
 */
export function createSender(
  cors: GrantedOrigins,
  varying: readonly string[],
): (response: ServerResponse, recipient: Recipient, answer: Answer) => Promise<void> {
  const packed = createCompression();
  const grants = createGrants(cors);
  const cacheHeaders = createCacheHeaders(varying);

  return async (response, { headers, id, last, method, reader }, answer) => {
    const caching = cacheHeaders(method, headers, answer);
    const said = [
      ...["content-type", reader.contentType, "x-request-id", id],
      ...caching.said,
      ...guards,
      ...grants(headers.origin),
    ];
    for (const [name, value] of answer.headers) {
      if (ofTheDoor.has(name) || (caching.shared && ofOneClient.has(name))) continue;
      said.push(name, value);
    }
    if (last) said.push("connection", "close");
    if (caching.known !== undefined) {
      response.writeHead(304, [...said, "etag", caching.known]).end();
      return;
    }
    let { body } = answer;
    const smaller = packed(headers["accept-encoding"], body);
    if (smaller !== undefined) {
      body = await smaller.bytes;
      said.push("content-encoding", smaller.encoding, "vary", "accept-encoding");
    }
    if (caching.etagIn !== undefined) said.push("etag", caching.etagIn(smaller?.encoding));
    said.push("content-length", String(Buffer.byteLength(body)));
    response.writeHead(statusFor(reader, answer), said).end(body);
  };
}
