import type { GraphQLError } from "graphql";
import { failure } from "./errors.ts";

/** What Fastify has against a request that it could not read, for its sender; undefined for any other error. */
export function unreadable(
  thrown: unknown,
): { readonly status: number; readonly error: GraphQLError } | undefined {
  const { code = "", statusCode: status = 500 } = thrown as { code?: string; statusCode?: number };
  if (!code.startsWith("FST_") || status < 400 || status > 499) return undefined;
  if (status === 413) return { status, error: failure("REQUEST_TOO_LARGE") };
  return { status, error: failure("BAD_REQUEST", sentenceOf(code, status)) };
}

function sentenceOf(code: string, status: number): string | undefined {
  if (status === 415)
    return "Send JSON, with content-type: application/json and no content-encoding.";
  return code.endsWith("_JSON_BODY") ? "Invalid JSON in the body." : undefined;
}
