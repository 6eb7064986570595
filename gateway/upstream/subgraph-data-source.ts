import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from "@apollo/gateway";
import { anonymous } from "../../runtime/identity.ts";
import type { CallContext } from "./call-context.ts";
import { explainFault, placeErrors } from "./error-places.ts";
import type { Send, SubgraphAnswer, SubgraphCall } from "./send.ts";
import { SubgraphFault } from "./subgraph-fault.ts";

/** What the engine hands from the request to its calls. */
export interface StockContext {
  readonly callContext: CallContext;
}

type ProcessResult = ReturnType<GraphQLDataSource<StockContext>["process"]>;

/** For calls that no client's request leads to. */
const noRequest: CallContext = {
  viewer: anonymous,
  requestId: "gateway",
  forwarded: {},
  trace: {},
};

/**
 * The back door in the shape that `@apollo/gateway` asks for. It never throws: a thrown error would have no path,
 * so a fault becomes an answer without data whose errors say which fields are missing.
 */
export function createSubgraphDataSource(
  subgraph: string,
  url: string,
  send: Send,
): GraphQLDataSource<StockContext> {
  return {
    async process(options: GraphQLDataSourceProcessOptions<StockContext>): ProcessResult {
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
  options: GraphQLDataSourceProcessOptions<StockContext>,
  subgraph: string,
  url: string,
): SubgraphCall {
  // `request.http` may carry headers of the stock executor, such as those that ask for traces: they stay here.
  const { query = "", operationName, variables = {} } = options.request;
  const { callContext: context = noRequest } = options.context as Partial<StockContext>;
  const operationKind = /^\s*mutation\b/.test(query) ? "mutation" : "query";
  return { subgraph, url, query, operationName, variables, operationKind, context };
}
