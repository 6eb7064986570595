import { ApolloGateway, type GraphQLDataSource } from "@apollo/gateway";
import {
  ApolloServer,
  type ApolloServerOptionsWithGateway,
  type ApolloServerPlugin,
} from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { askApollo } from "../../runtime/answer-by-apollo.ts";
import { ConfigError, setEnv } from "../../runtime/env.ts";
import { catalogue, codeOf, type ErrorCode, failure, isErrorCode } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import { stripFeatures } from "../plan/strip-features.ts";
import type { Supergraph } from "../plan/supergraph.ts";
import type { Answer, Operation, Request } from "../request.ts";
import type { CallContext, ContextOf } from "../upstream/call-context.ts";
import type { Engine } from "./engine.ts";
import { explainNulls } from "./explain-nulls.ts";
import type { PersistedDocuments } from "./persisted-documents.ts";

interface ApolloEngineOptions {
  /** Whether a supergraph is served that asks for checks which are not made here. */
  readonly allowUnenforced: boolean;
  readonly development: boolean;
  readonly log: Log;
  readonly formatError: NonNullable<ApolloServerOptionsWithGateway<EngineContext>["formatError"]>;
  readonly persistedDocuments: PersistedDocuments;
  /** Hears of errors that the catalogue does not know, before they are masked. */
  readonly unexpected: (error: unknown, requestId: string) => void;
  /** Makes what the calls of a request have in common. */
  readonly callContext: ContextOf;
  /** Makes the back door to one subgraph. */
  readonly dataSource: (subgraph: string, url: string) => GraphQLDataSource<EngineContext>;
}

interface EngineContext {
  readonly request: Request;
  readonly callContext: CallContext;
  /** Filled in once the document is parsed. Apollo Server clones the context, so what comes back out of it is one level down. */
  readonly parsed: { operation?: Operation };
}

/**
 * Apollo Server with the stock execution of `@apollo/gateway`.
 * @throws ConfigError when the supergraph needs what this engine does not do.
 */
export async function createApolloEngine(
  supergraph: Supergraph,
  options: ApolloEngineOptions,
): Promise<Engine> {
  const { allowUnenforced, development } = options;
  const log = quiet(options.log);
  // Read by the constructor of ApolloGateway, which otherwise sends metrics to its vendor.
  setEnv("APOLLO_TELEMETRY_DISABLED", "1");
  const server = new ApolloServer<EngineContext>({
    gateway: new ApolloGateway({
      supergraphSdl: allowUnenforced ? stripFeatures(supergraph.sdl) : supergraph.sdl,
      buildService: ({ name, url = "" }) =>
        options.dataSource(name, supergraph.urls.get(name) ?? url) as GraphQLDataSource,
      __exposeQueryPlanExperimental: development,
      logger: log,
    }),
    introspection: development,
    // The door's rule, which lets more of the clients in, has been met.
    csrfPrevention: false,
    allowBatchedHttpRequests: false,
    persistedQueries: { cache: options.persistedDocuments.kept },
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (formatted, error) =>
      options.formatError(isRefusal(error) ? withCode(formatted, "BAD_REQUEST") : formatted, error),
    logger: log,
    plugins: [
      noteOperation,
      reportUnexpected(options.unexpected),
      explainNulls,
      // Would say PUBLIC of what nobody declared public.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      // These three would start by themselves if the vendor's variables were set.
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  try {
    await server.start();
  } catch (error) {
    throw new ConfigError(`The supergraph cannot be loaded: ${reason(error)}`);
  }

  return {
    async answer(request): Promise<Answer> {
      const callContext = options.callContext(request);
      const context: EngineContext = { request, callContext, parsed: {} };
      const { body, headers, status = 200 } = await askApollo(server, request, async () => context);
      if (body.kind !== "complete") throw new Error("the stock engine has no incremental answers");
      const { operation } = context.parsed;
      const code = status < 400 ? undefined : codeOfRefusal(body.string);
      return { status, headers, body: body.string, operation, code };
    },
    stop: () => server.stop(),
  };
}

type Plugin = ApolloServerPlugin<EngineContext>;

const noteOperation: Plugin = {
  async requestDidStart() {
    return {
      async didResolveOperation({ contextValue, operation, operationName }) {
        if (operation == null) {
          // With a gateway, Apollo Server would leave this to the executor, and answer 500.
          const http = { status: catalogue.OPERATION_RESOLUTION_FAILURE.status };
          throw failure("OPERATION_RESOLUTION_FAILURE", undefined, { http });
        }
        const { operation: type } = operation;
        contextValue.parsed.operation = { type, name: operationName ?? undefined };
      },
    };
  },
};

function reportUnexpected(unexpected: ApolloEngineOptions["unexpected"]): Plugin {
  return {
    async unexpectedErrorProcessingRequest({ error, requestContext }) {
      unexpected(error, requestContext.contextValue.request.id);
    },
    async requestDidStart() {
      return {
        async didEncounterErrors({ contextValue, errors }) {
          for (const error of errors) {
            const code = error.extensions["code"];
            const known = isErrorCode(code) || isRefusal(error);
            const relayed = error.extensions["service"] !== undefined;
            if (!relayed && !known) unexpected(error, contextValue.request.id);
          }
        },
      };
    },
  };
}

/** Apollo Server refuses some requests, such as one with the hash of another document, by a status and no code. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof GraphQLError) || error.extensions["code"] !== undefined) return false;
  const { status = 500 } = (error.extensions["http"] ?? {}) as { status?: number };
  return status >= 400 && status <= 499;
}

function withCode(formatted: GraphQLFormattedError, code: ErrorCode): GraphQLFormattedError {
  return { ...formatted, extensions: { ...formatted.extensions, code } };
}

/** Of the first error of an answer that is nothing but errors. */
function codeOfRefusal(body: string): string | undefined {
  const { data, errors } = JSON.parse(body) as {
    data?: unknown;
    errors?: readonly GraphQLFormattedError[];
  };
  return data === undefined ? codeOf(errors?.[0]) : undefined;
}

/** Why the stock gateway refuses a supergraph, in one sentence. */
function reason(error: unknown): string {
  const { message } = error as Error;
  const feature = /feature (\S+?)(?: \(for: (\w+)\))? is(?:.*) unsupported/i.exec(message)?.[1];
  return feature === undefined
    ? message
    : `it needs ${feature}, which GATEWAY_ENGINE=apollo does not enforce.`;
}

/** Its news is of interest to who debugs it. */
function quiet(log: Log): Pick<Log, "debug" | "info" | "warn" | "error"> {
  return {
    debug: (message: string) => log.trace(message),
    info: (message: string) => log.debug(message),
    warn: (message: string) => log.warn(message),
    error: (message: string) => log.error(message),
  };
}
