import Negotiator from "negotiator";
import type { Answer } from "../request.ts";

const legacy = "application/json";
const current = "application/graphql-response+json";

/** Codes of a request that HTTP brought whole, and GraphQL could not run. */
const requestErrors: ReadonlySet<string | undefined> = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "OPERATION_RESOLUTION_FAILURE",
  "BAD_USER_INPUT",
]);

/**
 * Gives an answer that failed as a whole the media type that its client reads, and the status that goes with it. A
 * client that names `application/json` expects 200 for whatever GraphQL says (GraphQL over HTTP: any other status may be
 * a proxy's); one that names `application/graphql-response+json`, or nothing, is told by the status.
 */
export function inMediaTypeOf(accept: string | undefined, answer: Answer): Answer {
  if (answer.code === undefined) return answer;
  const negotiator = new Negotiator({ headers: { accept } });
  const type = negotiator.mediaType([legacy, current]) ?? legacy;
  const headers = new Map([...answer.headers, ["content-type", `${type}; charset=utf-8`]]);
  const named = type === legacy && negotiator.mediaTypes().includes(legacy);
  const status = named && requestErrors.has(answer.code) ? 200 : answer.status;
  return { ...answer, headers, status };
}
