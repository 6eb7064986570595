import type { IncomingMessage } from "node:http";
import { failure } from "../../runtime/errors.ts";
import { remember } from "./remember.ts";

/** Reads the body of a POST, at most `limit` bytes. It is called back once, or never when the client leaves before the end. */
type ReadBody = (request: IncomingMessage, done: Done) => void;

type Done = (error: Error | undefined, body: unknown) => void;

/**
 * Reads JSON in UTF-8, and refuses what says that it is anything else before a byte is read: nothing here needs a
 * compressed body, of which a few kB can hold a GB; and text/plain is how a foreign page can post without asking first.
 */
export function createBodyReader(limit: number): ReadBody {
  const describedBy = remember((contentType) => ({ readable: isJson(contentType) }));

  return (request, done) => {
    const {
      "content-encoding": encoding = "identity",
      "content-length": length,
      "content-type": type,
    } = request.headers;
    if (encoding !== "identity" || !describedBy(type).readable) {
      done(notJson(), undefined);
    } else if (Number(length) > limit) {
      done(failure("REQUEST_TOO_LARGE"), undefined);
    } else collect(request, limit, done);
  };
}

function collect(request: IncomingMessage, limit: number, done: Done): void {
  const chunks: Buffer[] = [];
  let length = 0;
  function take(chunk: Buffer): void {
    length += chunk.length;
    chunks.push(chunk);
    if (length <= limit) return;
    request.off("data", take);
    request.off("end", end);
    done(failure("REQUEST_TOO_LARGE"), undefined);
  }
  function end(): void {
    const body = parse(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length));
    done(body instanceof Error ? body : undefined, body);
  }
  request.on("data", take);
  request.on("end", end);
}

function parse(text: Buffer | undefined): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return failure("BAD_REQUEST", "Invalid JSON in the body.");
  }
}

function notJson(): Error {
  const message = "Send JSON, with content-type: application/json and no content-encoding.";
  return failure("BAD_REQUEST", message, { http: { status: 415 } });
}

/** Whether a content type is JSON that names no charset, or UTF-8 once. */
function isJson(contentType: string): boolean {
  const [type = "", ...parameters] = contentType.split(";");
  const charsets = parameters.filter((parameter) => /^\s*charset\b/i.test(parameter));
  const [first = "charset=utf-8"] = charsets;
  const utf8 = charsets.length < 2 && /^\s*charset\s*=\s*"?utf-?8"?\s*$/i.test(first);
  return utf8 && type.trim().toLowerCase() === "application/json";
}
