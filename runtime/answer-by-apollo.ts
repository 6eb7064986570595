import type { IncomingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import {
  type ApolloServer,
  type BaseContext,
  type ContextThunk,
  HeaderMap,
  type HTTPGraphQLResponse,
} from "@apollo/server";
import type { FastifyReply, FastifyRequest } from "fastify";

/** A GraphQL request as HTTP brought it. */
export interface HttpQuestion {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** The query string with its question mark, or the empty string. */
  readonly search: string;
  /** Parsed JSON; undefined for a GET. */
  readonly body: unknown;
}

/** Asks Apollo Server and leaves the sending to the caller. */
export function askApollo<Context extends BaseContext>(
  server: ApolloServer<Context>,
  question: HttpQuestion,
  context: ContextThunk<Context>,
): Promise<HTTPGraphQLResponse> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(question.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const { body, method, search } = question;
  return server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method, headers, search, body },
    context,
  });
}

/** The query string of a request with its question mark, or the empty string. */
export function searchOf({ url = "" }: { readonly url?: string | undefined }): string {
  const queryStart = url.indexOf("?");
  return queryStart < 0 ? "" : url.slice(queryStart);
}

/** Lets Apollo Server answer a request that Fastify received. An error that `context` throws is answered too. */
export async function answerByApollo<Context extends BaseContext>(
  server: ApolloServer<Context>,
  request: FastifyRequest,
  reply: FastifyReply,
  context: ContextThunk<Context>,
): Promise<FastifyReply> {
  const { body, headers, method } = request;
  const question = { method, headers, search: searchOf(request), body };
  const answer = await askApollo(server, question, context);
  reply.code(answer.status ?? 200);
  for (const [name, value] of answer.headers) reply.header(name, value);
  return answer.body.kind === "complete"
    ? reply.send(answer.body.string)
    : reply.send(Readable.from(answer.body.asyncIterator));
}
