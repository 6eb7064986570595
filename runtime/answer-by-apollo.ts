import { Readable } from "node:stream";
import {
  type ApolloServer,
  type BaseContext,
  type ContextThunk,
  HeaderMap,
  type HTTPGraphQLResponse,
} from "@apollo/server";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type HttpQuestion, searchOf } from "./http-question.ts";

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

/**
 * Lets Apollo Server answer a request that Fastify received. An error that `context` throws is answered too.
 * @param sendable waits until the answer may be sent
 */
export async function answerByApollo<Context extends BaseContext>(
  server: ApolloServer<Context>,
  request: FastifyRequest,
  reply: FastifyReply,
  context: ContextThunk<Context>,
  sendable: () => Promise<void> = async () => {},
): Promise<FastifyReply> {
  const { body, headers, method } = request;
  const question = { method, headers, search: searchOf(request), body };
  const answer = await askApollo(server, question, context);
  await sendable();
  reply.code(answer.status ?? 200);
  for (const [name, value] of answer.headers) reply.header(name, value);
  return answer.body.kind === "complete"
    ? reply.send(answer.body.string)
    : reply.send(Readable.from(answer.body.asyncIterator));
}
