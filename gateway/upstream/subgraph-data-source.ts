import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from "@apollo/gateway";
import { anonymous } from "../../runtime/identity.ts";
import type { Request } from "../request.ts";
import { explainFault, placeErrors } from "./error-places.ts";
import type { Send, SubgraphAnswer, SubgraphCall } from "./send.ts";
import { SubgraphFault } from "./subgraph-fault.ts";

/** What the engine hands from the request to its calls. */
export interface CallContext {
  readonly request: Request;
}

type ProcessResult = ReturnType<GraphQLDataSource<CallContext>["process"]>;

/**
 * The back door in the shape that `@apollo/gateway` asks for. It never throws: a thrown error would have no path,
 * so a fault becomes an answer without data whose errors say which fields are missing.
 */
export function createSubgraphDataSource(
  subgraph: string,
  url: string,
  send: Send,
): GraphQLDataSource<CallContext> {
  return {
    async process(options: GraphQLDataSourceProcessOptions<CallContext>): ProcessResult {
      const call = callOf(options, subgraph, url);
      const { data, errors } = await sendWithoutThrowing(send, call);
      return {
        data: data as Record<string, unknown> | null,
        ...(errors.length > 0 && { errors: errors as never }),
      } as Awaited<ProcessResult>;
    },
  };
}

/** An answer in which every error has a place, those of a call that failed as a whole included. */
export async function sendWithoutThrowing(send: Send, call: SubgraphCall): Promise<SubgraphAnswer> {
  try {
    const answer = await send(call);
    return { data: answer.data, errors: placeErrors(call, answer) };
  } catch (error) {
    if (!(error instanceof SubgraphFault)) throw error;
    return { data: null, errors: explainFault(call, error) };
  }
}

function callOf(
  options: GraphQLDataSourceProcessOptions<CallContext>,
  subgraph: string,
  url: string,
): SubgraphCall {
  const { request } = options;
  const asked = (options.context as Partial<CallContext>).request;
  return {
    subgraph,
    url,
    query: request.query ?? "",
    operationName: request.operationName,
    variables: request.variables ?? {},
    viewer: asked?.viewer ?? anonymous,
    requestId: asked?.id ?? "gateway",
    // `request.http` may carry headers of the stock executor, such as those that ask for traces: they stay here.
    headers: {},
  };
}
