import { GraphQLError, parse } from "graphql";
import { failure } from "../../runtime/errors.ts";
import type { Handle } from "../request.ts";
import type { ContextOf } from "./call-context.ts";
import type { Send, SubgraphCall } from "./send.ts";
import { sendWithoutThrowing } from "./subgraph-data-source.ts";

/**
 * Hands an operation on to one subgraph as it is, signed for the viewer like any call. Errors are cleaned as they are for
 * every client, so an author sees what those will see.
 */
export function createPassThrough(
  send: Send,
  contextOf: ContextOf,
  urlOf: (subgraph: string) => string | undefined,
): (subgraph: string) => Handle {
  return (subgraph) => async (request) => {
    const url = urlOf(subgraph);
    if (url === undefined) throw failure("NOT_FOUND", `The graph has no subgraph ${subgraph}.`);
    const operation = readOperation(request.body);
    const call = { ...operation, subgraph, url, context: contextOf(request) };
    const { data, errors } = await sendWithoutThrowing(send, call);
    return {
      status: 200,
      headers: new Map([["content-type", "application/json; charset=utf-8"]]),
      body: JSON.stringify({ data, ...(errors.length > 0 && { errors }) }),
    };
  };
}

/** @throws BAD_REQUEST, GRAPHQL_PARSE_FAILED */
function readOperation(body: unknown): Pick<SubgraphCall, "query" | "operationName" | "variables"> {
  const { operationName, query, variables } = (body ?? {}) as Record<string, unknown>;
  if (typeof query !== "string") throw failure("BAD_REQUEST", "Send JSON with a `query`.");
  try {
    parse(query, { noLocation: true });
  } catch (error) {
    throw error instanceof GraphQLError ? failure("GRAPHQL_PARSE_FAILED", error.message) : error;
  }
  return {
    query,
    operationName: typeof operationName === "string" ? operationName : undefined,
    variables: typeof variables === "object" ? { ...variables } : {},
  };
}
