import Negotiator from "negotiator";
import { failure } from "../../runtime/errors.ts";
import type { Answer } from "../request.ts";
import { remember } from "./remember.ts";

const legacy = "application/json";
const current = "application/graphql-response+json";

/** Codes of a request that HTTP brought whole, and GraphQL could not run. */
const requestErrors: ReadonlySet<string | undefined> = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "OPERATION_RESOLUTION_FAILURE",
  "BAD_USER_INPUT",
]);

/** What the client of a request reads, by its `Accept`. */
export interface Reader {
  /** The media type of every answer to it. */
  readonly contentType: string;
  /** Whether it reads answers at all. */
  readonly accepts: boolean;
  /** Whether it named `application/json`, and so expects 200 for whatever GraphQL says. */
  readonly expects200: boolean;
}

/** Tells readers apart by their `Accept`. */
export function createReaders(): (accept: string | undefined) => Reader {
  return remember((accept) => {
    const negotiator = new Negotiator({ headers: accept === "" ? {} : { accept } });
    const type = negotiator.mediaType([legacy, current]);
    return {
      contentType: `${type ?? legacy}; charset=utf-8`,
      accepts: type !== undefined,
      expects200: type === legacy && negotiator.mediaTypes().includes(legacy),
    };
  });
}

/**
 * The status of an answer for its reader. A client that names `application/json` expects 200 for whatever GraphQL says
 * (GraphQL over HTTP: any other status may be a proxy's); one that names `application/graphql-response+json`, or
 * nothing, is told by the status.
 */
export function statusFor(reader: Reader, { code, status }: Answer): number {
  return code !== undefined && reader.expects200 && requestErrors.has(code) ? 200 : status;
}

/** @throws BAD_REQUEST, with status 406, for a reader of neither media type. */
export function refuseUnreadable({ accepts }: Reader): void {
  if (accepts) return;
  const http = { status: 406 };
  throw failure("BAD_REQUEST", `Accept ${legacy} or ${current}.`, { http });
}
