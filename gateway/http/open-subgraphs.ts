import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { searchOf } from "../../runtime/http-question.ts";
import { anonymous } from "../../runtime/identity.ts";
import type { Answer, Handle } from "../request.ts";
import { type GrantedOrigins, grantOrigins } from "./grant-origins.ts";

interface OpenSubgraphsOptions {
  /** What a request for one subgraph meets inside. It may throw: `refuse` makes an answer of it. */
  readonly handle: (subgraph: string) => Handle;
  readonly refuse: (error: unknown, requestId: string) => Answer;
  readonly cors: GrantedOrigins;
}

type SubgraphRequest = FastifyRequest<{ Params: { readonly name: string } }>;

/** For authors: each subgraph alone at `/subgraphs/NAME/graphql`, asked as the gateway asks it. */
export function openSubgraphs(app: FastifyInstance, options: OpenSubgraphsOptions): void {
  const { cors, handle, refuse } = options;
  const room = async (inside: FastifyInstance): Promise<void> => {
    grantOrigins(inside, cors);
    inside.setErrorHandler((error, request, reply) =>
      send(request, reply, refuse(error, request.id)),
    );
    inside.post("/:name/graphql", async (request: SubgraphRequest, reply) => {
      const { body, headers, id, method, params } = request;
      const question = { id, method, headers, search: searchOf(request), body };
      const answer = await handle(params.name)({ ...question, viewer: anonymous }).catch(
        (error: unknown) => refuse(error, id),
      );
      return send(request, reply, answer);
    });
  };
  app.register(room, { prefix: "/subgraphs" });
}

function send(
  { id }: FastifyRequest,
  reply: FastifyReply,
  { body, headers, status }: Answer,
): FastifyReply {
  reply.type("application/json; charset=utf-8");
  for (const [name, value] of headers) reply.header(name, value);
  return reply.code(status).headers({ "cache-control": "no-store", "x-request-id": id }).send(body);
}
