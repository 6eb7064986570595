import { ApolloServer } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { buildSubgraphSchema } from "@apollo/subgraph";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type GraphQLFieldResolver, type GraphQLScalarType, parse } from "graphql";
import { answerByApollo } from "../../runtime/answer-by-apollo.ts";
import type { Clock } from "../../runtime/clock.ts";
import { catalogue, failure } from "../../runtime/errors.ts";
import { createHttpServer, type HttpServer } from "../../runtime/http-server.ts";
import { readAsker, type Viewer } from "../../runtime/identity.ts";
import type { Log } from "../../runtime/log.ts";
import { createErrorMask } from "../../runtime/mask-error.ts";
import { createRedis } from "../../runtime/redis.ts";
import { createRedisOutage, type RedisOutage } from "../../runtime/redis-outage.ts";
import { createReplayMemory, rememberTogether } from "../../runtime/replays.ts";
import { type Call, type Calls, openCall } from "./database/calls.ts";
import { classifyDatabaseError } from "./database-errors.ts";
import { replaceEntitiesResolver } from "./entities.ts";
import { readSignedIn } from "./signed-room.ts";

/** What every subgraph is made of. */
export interface SubgraphServerOptions<Context extends object> {
  readonly host: string;
  readonly port: number;
  readonly development: boolean;
  /** The key that the gateway signs its requests with. */
  readonly signingKey: string;
  /** Where replicas remember which requests came; without it each knows its own. */
  readonly redisUrl: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** That of the process, where it has other connections to Redis. */
  readonly outage?: RedisOutage;
  /** Text of schema.graphql. */
  readonly typeDefs: string;
  readonly resolvers: Resolvers<Context>;
  /**
   * Makes what the resolvers of one request share.
   * @param address where the client is, as limits are counted: an IPv4 address or an IPv6 network, or empty
   */
  readonly createContext: (viewer: Viewer, address: string) => Context;
  /** Those of its database: what is done for a request ends with it. */
  readonly calls?: Calls;
  /** Waits until a request that wrote may be answered. */
  readonly settled?: (context: Context) => Promise<void>;
  /** How new all is that is read from now on; the gateway gets it in `x-heard`. */
  readonly heard?: () => string | undefined;
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

/** `NAMES EPOCH NUMBER` or `NAMES * *`, see `EntityCache.heard`. */
const heardHeader = "x-heard";

/** Whole milliseconds that the gateway waits for the answer. */
const timeoutHeader = "x-supergraph-timeout";

const bodyLimit = 2 * 1024 * 1024;
/** Milliseconds that a request waits for Redis at most. */
const redisPatience = 20;

/** A subgraph behind HTTP: it answers its gateway only, which signs what it asks and for whom. */
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
    plugins: [
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      // These two would start by themselves if the vendor's variables were set.
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  const { outage = createRedisOutage(log), redisUrl: url } = options;
  const redis =
    url === undefined
      ? undefined
      : createRedis({ url, name: "requests", log, outage, commandTimeout: redisPatience });
  const http = createHttpServer({ host, port, log, bodyLimit, ready: () => true });
  http.app.register(async (room) => {
    const own = createReplayMemory(clock);
    const firstTime = redis === undefined ? own : rememberTogether(own, redis);
    const readSigned = readSignedIn(room, { key: signingKey, sender: "gateway", clock }, firstTime);
    room.post("/graphql", async (request, reply) => {
      const signed = await readSigned(request);
      const asker = signed && readAsker(signed.claims);
      if (asker === undefined) {
        const refusal = failure("UNSIGNED_REQUEST");
        return reply.code(catalogue.UNSIGNED_REQUEST.status).send({ errors: [refusal.toJSON()] });
      }
      request.body = signed?.body;
      const { address, viewer } = asker;
      const heard = options.heard?.();
      if (heard !== undefined) reply.header(heardHeader, heard);
      let context: Context | undefined;
      const openContext = async (): Promise<Context> => {
        context = createContext(viewer, address);
        return context;
      };
      const settled = async (): Promise<void> => {
        if (context !== undefined) await options.settled?.(context);
      };
      const answer = () => answerByApollo(apollo, request, reply, openContext, settled);
      return options.calls?.during(callOf(request, reply), answer) ?? answer();
    });
  });
  options.routes?.(http.app);

  return {
    ...http,
    name: "subgraph server",
    async start() {
      await redis?.start();
      await apollo.start();
      await http.start();
    },
    async stop() {
      await http.stop();
      await apollo.stop();
      await redis?.stop();
    },
  };
}

function callOf({ headers }: FastifyRequest, { raw }: FastifyReply): Call {
  const timeout = headers[timeoutHeader];
  const call = openCall(typeof timeout === "string" ? timeout : undefined);
  raw.on("close", () => {
    call.answered = raw.writableFinished;
    call.left = !raw.writableFinished;
  });
  return call;
}
