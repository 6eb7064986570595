import { ApolloServer } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
} from "@apollo/server/plugin/disabled";
import { buildSubgraphSchema } from "@apollo/subgraph";
import type { FastifyInstance } from "fastify";
import { type GraphQLFieldResolver, type GraphQLScalarType, parse } from "graphql";
import { answerByApollo } from "../../runtime/answer-by-apollo.ts";
import type { Clock } from "../../runtime/clock.ts";
import { catalogue, failure } from "../../runtime/errors.ts";
import { createHttpServer, type HttpServer } from "../../runtime/http-server.ts";
import { type Viewer, verifyViewer, viewerHeader } from "../../runtime/identity.ts";
import type { Log } from "../../runtime/log.ts";
import { createErrorMask } from "../../runtime/mask-error.ts";
import { classifyDatabaseError } from "./database-errors.ts";
import { replaceEntitiesResolver } from "./entities.ts";

/** What every subgraph is made of. */
export interface SubgraphServerOptions<Context extends object> {
  readonly host: string;
  readonly port: number;
  readonly development: boolean;
  /** The key that the gateway signs viewers with. */
  readonly signingKey: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Text of schema.graphql. */
  readonly typeDefs: string;
  readonly resolvers: Resolvers<Context>;
  /** Makes what the resolvers of one request share. */
  readonly createContext: (viewer: Viewer) => Context;
  /** Adds routes beside `/graphql`. */
  readonly routes?: (app: FastifyInstance) => void;
}

/** What a map of generated resolver types is assignable to. */
// biome-ignore lint/suspicious/noExplicitAny: resolvers are contravariant in parents and arguments, which only the generated types know
type AnyResolver<Context> = GraphQLFieldResolver<any, Context> | ((...args: any[]) => unknown);
export type Resolvers<Context> = Readonly<
  Record<
    string,
    GraphQLScalarType | Readonly<Record<string, AnyResolver<Context> | undefined>> | undefined
  >
>;

const bodyLimit = 2 * 1024 * 1024;

/** A subgraph behind HTTP: it answers its gateway only, which signs whom it asks for. */
export function createSubgraphServer<Context extends object>(
  options: SubgraphServerOptions<Context>,
): HttpServer {
  const { clock, createContext, development, host, log, port, signingKey } = options;
  const schema = buildSubgraphSchema({
    typeDefs: parse(options.typeDefs),
    resolvers: options.resolvers as never,
  });
  replaceEntitiesResolver(schema);
  const apollo = new ApolloServer<Context>({
    schema,
    introspection: development,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: false,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    logger: log,
    formatError: createErrorMask({
      development,
      classify: classifyDatabaseError,
      unexpected: (error) => log.error({ err: error }, "an unexpected error in a resolver"),
    }),
    // Apollo Server would answer `apollo-federation-include-trace` with the timings of every field.
    // Its cache control wraps the resolver of every field, at a third of the time of a request for 200 entities.
    plugins: [ApolloServerPluginInlineTraceDisabled(), ApolloServerPluginCacheControlDisabled()],
  });
  const http = createHttpServer({ host, port, log, bodyLimit, ready: () => true });
  http.app.post("/graphql", (request, reply) => {
    const header = request.headers[viewerHeader];
    const viewer = verifyViewer(String(header ?? ""), signingKey, clock.now());
    if (viewer !== undefined)
      return answerByApollo(apollo, request, reply, async () => createContext(viewer));
    const refusal = failure("UNSIGNED_REQUEST");
    return reply.code(catalogue.UNSIGNED_REQUEST.status).send({ errors: [refusal.toJSON()] });
  });
  options.routes?.(http.app);

  return {
    ...http,
    name: "subgraph server",
    async start() {
      await apollo.start();
      await http.start();
    },
    async stop() {
      await http.stop();
      await apollo.stop();
    },
  };
}
