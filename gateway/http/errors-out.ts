import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { catalogue, codeOf } from "../../runtime/errors.ts";
import { createErrorMask } from "../../runtime/mask-error.ts";
import { unreadable } from "../../runtime/unreadable.ts";
import type { Answer } from "../request.ts";

type FormatError = ReturnType<typeof createErrorMask>;

/**
 * The last thing that an error of an operation meets. What a subgraph reported has been cleaned at the back door; it
 * keeps the name of its subgraph, and its path ends where the stock executor does not know which item of a list it is.
 * Unexpected errors are logged by the engine, which knows whose request it was.
 */
export function createFormatError(development: boolean): FormatError {
  const mask = createErrorMask({ development, unexpected: () => {} });
  return (formatted, error) => {
    const { path, ...rest } = mask(formatted, error);
    const { serviceName: _, ...extensions } = rest.extensions ?? {};
    const service = serviceOf(formatted);
    const known = path?.slice(0, path.includes("@") ? path.indexOf("@") : path.length) ?? [];
    return {
      ...rest,
      ...(known.length > 0 && { path: known }),
      extensions: { ...extensions, ...(service !== undefined && { service }) },
    };
  };
}

function serviceOf({ extensions }: GraphQLFormattedError): string | undefined {
  const service = extensions?.["service"];
  return typeof service === "string" ? service : undefined;
}

/** Answers a request that failed as a whole, before or outside the engine. */
export function createRefusal(
  formatError: FormatError,
  unexpected: (error: unknown, requestId: string) => void,
): (thrown: unknown, requestId: string) => Answer {
  return (thrown, requestId) => {
    const unread = unreadable(thrown);
    const cause = unread?.error ?? thrown;
    const error =
      cause instanceof GraphQLError
        ? cause
        : new GraphQLError("", { originalError: asError(cause) });
    const { formatted, http } = apart(formatError(error.toJSON(), error));
    const code = codeOf(formatted) ?? "INTERNAL_SERVER_ERROR";
    if (code === "INTERNAL_SERVER_ERROR") unexpected(thrown, requestId);
    const { retryable } = catalogue[code];
    const headers = new Map(http.headers);
    const status = http.status ?? unread?.status ?? catalogue[code].status;
    // RFC 6750 has a client look here for why its token was not taken.
    if (code.startsWith("TOKEN_")) headers.set("www-authenticate", 'Bearer error="invalid_token"');
    if (status === 503 && retryable) headers.set("retry-after", "1");
    const body = JSON.stringify({ errors: [formatted] });
    return { status, headers, body, code };
  };
}

/** What an error says to HTTP by its extension `http`, as Apollo Server's errors do, apart from what it says to its reader. */
function apart(error: GraphQLFormattedError): {
  readonly formatted: GraphQLFormattedError;
  readonly http: { readonly status?: number; readonly headers?: ReadonlyMap<string, string> };
} {
  const { http = {}, ...extensions } = error.extensions ?? {};
  return { formatted: { ...error, extensions }, http: http as object };
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
