import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { noPage } from "../../runtime/guard-pages.ts";
import type { Answer } from "../request.ts";
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
  "cache-control",
  "content-length",
  "content-type",
  "vary",
  "x-request-id",
]);

/** Who gets an answer. */
interface Recipient {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly reader: Reader;
  /** Whether the connection ends with this answer. */
  readonly last: boolean;
}

/** Sends answers as their readers can read them: media type, status, compression, CORS. No one may store them. */
export function createSender(
  cors: GrantedOrigins,
): (response: ServerResponse, recipient: Recipient, answer: Answer) => Promise<void> {
  const packed = createCompression();
  const grants = createGrants(cors);

  return async (response, { headers, id, last, reader }, answer) => {
    const said = [
      ...["content-type", reader.contentType, "cache-control", "no-store", "x-request-id", id],
      ...guards,
      ...grants(headers.origin),
    ];
    for (const [name, value] of answer.headers) if (!ofTheDoor.has(name)) said.push(name, value);
    if (last) said.push("connection", "close");
    let { body } = answer;
    const smaller = packed(headers["accept-encoding"], body);
    if (smaller !== undefined) {
      body = await smaller.bytes;
      said.push("content-encoding", smaller.encoding, "vary", "accept-encoding");
    }
    said.push("content-length", String(Buffer.byteLength(body)));
    response.writeHead(statusFor(reader, answer), said).end(body);
  };
}
