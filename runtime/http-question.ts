import type { IncomingHttpHeaders } from "node:http";

/** A GraphQL request as HTTP brought it. */
export interface HttpQuestion {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** The query string with its question mark, or the empty string. */
  readonly search: string;
  /** Parsed JSON; undefined for a GET. */
  readonly body: unknown;
}

/** The query string of a request with its question mark, or the empty string. */
export function searchOf({ url = "" }: { readonly url?: string | undefined }): string {
  const queryStart = url.indexOf("?");
  return queryStart < 0 ? "" : url.slice(queryStart);
}
