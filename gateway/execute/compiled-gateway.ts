import {
  ApolloGateway,
  type GatewayConfig,
  type GraphQLDataSource,
  type ServiceEndpointDefinition,
} from "@apollo/gateway";
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { LRUCache } from "lru-cache";
import { setEnv } from "../../runtime/env.ts";
import { anonymous } from "../../runtime/identity.ts";
import { requestIdOf } from "../../runtime/request-id.ts";
import { type Compiler, createCompiler } from "../plan/compile.ts";
import { stripFeatures } from "../plan/strip-features.ts";
import { nameOf } from "../request.ts";
import { createPlainDoor, type PlainDoor } from "../upstream/plain-door.ts";
import type { SubgraphAnswer, SubgraphError } from "../upstream/send.ts";
import { createSubgraphDataSource } from "../upstream/subgraph-data-source.ts";
import { SubgraphFault } from "../upstream/subgraph-fault.ts";
import { createLinkOperation, type LinkedOperation } from "./link-operation.ts";
import type { FetchCall, MakeCall } from "./run/run.ts";
import { TextData } from "./text-data.ts";

/** Options of `ApolloGateway`, of which the first is needed, and what calls of subgraphs are like. */
export type CompiledGatewayOptions<Context> = GatewayConfig & {
  readonly supergraphSdl: string;
  /**
   * Whether answers stay the text that they are, for an Apollo Server whose `stringifyResult` is that of `text-data.ts`.
   * To its plugins `data` is then no object with fields.
   */
  readonly asText?: boolean;
  /** Makes the way to one subgraph, where the gateway's own, by HTTP to its URL, is not wanted. What follows is not for it. */
  readonly buildService?: (subgraph: ServiceEndpointDefinition) => GraphQLDataSource;
  /** What a call has of the context of its request; not asked when there is none. */
  readonly detailsOf?: (context: Context, subgraph: string) => CallDetails;
  /** Milliseconds that a call may take: 30,000 if not said. */
  readonly timeout?: number;
  /** Connections to one subgraph at most: 256 if not said. */
  readonly connections?: number;
  /** Calls of one subgraph that wait for a connection at most: 1,000 if not said. */
  readonly queue?: number;
};

/** What a call has of its request. */
export interface CallDetails {
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: { readonly aborted: boolean } | undefined;
}

/** What `@apollo/gateway` and Apollo Server say to each other. */
type Loaded = Awaited<ReturnType<ApolloGateway["load"]>>;
type RequestContext = Parameters<Loaded["executor"]>[0];
type Asked = Parameters<GraphQLDataSource["process"]>[0];

type Refused = readonly GraphQLError[];

/**
 * The compiled engine as a gateway for any `new ApolloServer({ gateway })`. Compiling happens in this process, once for
 * each operation; Apollo Server has parsed and validated it before.
 */
export class CompiledGateway<Context = unknown> extends ApolloGateway {
  readonly #options: CompiledGatewayOptions<Context>;
  readonly #operations = new LRUCache<string, LinkedOperation | { readonly refused: Refused }>({
    max: 1_000,
  });
  readonly #sources = new Map<string, GraphQLDataSource>();
  readonly #urls = new Map<string, string>();
  readonly #door: PlainDoor;
  #compiler: Compiler | undefined;
  #link: ReturnType<typeof createLinkOperation> | undefined;

  constructor(options: CompiledGatewayOptions<Context>) {
    const { connections = 256, queue = 1_000, timeout = 30_000 } = options;
    setEnv("APOLLO_TELEMETRY_DISABLED", "1");
    super({
      ...options,
      supergraphSdl: stripFeatures(options.supergraphSdl),
      buildService: (definition) => this.#open(definition),
    });
    this.#options = options;
    this.#door = createPlainDoor({ connections, queue, timeout });
  }

  override async load(options?: Parameters<ApolloGateway["load"]>[0]): Promise<Loaded> {
    const { schema } = await super.load(options);
    this.#link = createLinkOperation(schema, undefined);
    this.#compiler = createCompiler(this.#options.supergraphSdl, {
      introspection: true,
      listSize: 1,
      refuse: () => undefined,
    });
    return { schema, executor: this.#execute };
  }

  override async stop(): Promise<void> {
    await super.stop();
    await this.#door.stop();
  }

  #open(definition: ServiceEndpointDefinition): GraphQLDataSource {
    const { name, url = "" } = definition;
    const source = this.#options.buildService?.(definition);
    if (source === undefined) {
      this.#urls.set(name, url);
      // Nothing but the health check of `ApolloGateway` asks it.
      return createSubgraphDataSource(name, url, this.#door.send) as GraphQLDataSource;
    }
    this.#sources.set(name, source);
    return source;
  }

  readonly #execute: Loaded["executor"] = async (context) => {
    const operation = this.#grantedOf(context);
    if ("refused" in operation) return { errors: operation.refused };
    const running = operation.run(context.request.variables ?? {}, this.#callsOf(context), true);
    if (!(running instanceof Promise)) return { errors: running.map(readRefusal) };
    const { data, errors } = await running;
    const given: unknown =
      this.#options.asText === true && data !== "null" ? new TextData(data) : JSON.parse(data);
    return {
      data: given as Record<string, unknown> | null,
      ...(errors.length > 0 && {
        errors: errors.map(
          ({ extensions, message, path }) =>
            new GraphQLError(message, { extensions, path: path ?? null }),
        ),
      }),
    };
  };

  /** What Apollo Server knows of a viewer is the application's own: nobody meets a requirement here. */
  #grantedOf(context: RequestContext): LinkedOperation | { readonly refused: Refused } {
    const operation = this.#operationOf(context, []);
    if ("refused" in operation || operation.requirements === undefined) return operation;
    return this.#operationOf(context, operation.requirements.map(nameOf));
  }

  #operationOf(
    { queryHash, request, source }: RequestContext,
    denied: readonly string[],
  ): LinkedOperation | { readonly refused: Refused } {
    const { operationName } = request;
    // The name is last, as it may be any text.
    const key = `${queryHash} ${denied.length === 0 ? "" : JSON.stringify(denied)} ${operationName ?? ""}`;
    const known = this.#operations.get(key);
    if (known !== undefined) return known;
    if (this.#compiler === undefined || this.#link === undefined) throw new Error("not loaded");
    const compiled = this.#compiler.compile({
      document: source,
      operationName,
      labels: [],
      denied,
    });
    const operation =
      compiled.kind === "program"
        ? this.#link(compiled.program)
        : {
            refused: compiled.errors.map(readRefusal),
          };
    this.#operations.set(key, operation);
    return operation;
  }

  #callsOf(context: RequestContext): MakeCall {
    const { detailsOf } = this.#options;
    const headers = { "x-request-id": context.request.http?.headers.get("x-request-id") ?? "" };
    const requestId = requestIdOf({ headers });
    return (call) => {
      const { document: query, head, name: operationName, subgraph, type, variables } = call;
      const url = this.#urls.get(subgraph);
      if (url === undefined) return this.#ask(call, context);
      const { headers: forwarded = {}, signal } =
        detailsOf?.(context.context as Context, subgraph) ?? {};
      return this.#door.send({
        subgraph,
        url,
        query,
        operationName,
        variables: {},
        body: `${head}${variables}}`,
        operationKind: type === "mutation" ? "mutation" : "query",
        context: { viewer: anonymous, requestId, forwarded, trace: {}, signal },
      });
    };
  }

  /** Asks a data source of the application's. */
  async #ask(call: FetchCall, context: RequestContext): Promise<SubgraphAnswer> {
    const source = this.#sources.get(call.subgraph);
    if (source === undefined) throw new Error(`there is no subgraph ${call.subgraph}`);
    const asked = {
      kind: "incoming operation",
      request: {
        query: call.document,
        variables: JSON.parse(call.variables) as Record<string, unknown>,
        ...(call.name !== undefined && { operationName: call.name }),
      },
      incomingRequestContext: context,
      context: context.context,
    };
    // The enum that names this kind is not exported.
    const { data, errors = [] } = await source.process(asked as Asked).catch((error: unknown) => {
      throw new SubgraphFault("SUBGRAPH_UNAVAILABLE", "the data source failed", error);
    });
    return { data: data ?? null, errors: errors.map(readError) };
  }
}

function readRefusal({ extensions, message }: GraphQLFormattedError): GraphQLError {
  return new GraphQLError(message, { extensions: extensions ?? {} });
}

function readError({
  extensions = {},
  message,
  path,
}: {
  readonly message: string;
  readonly path?: unknown;
  readonly extensions?: Record<string, unknown>;
}): SubgraphError {
  return { message, extensions, ...(Array.isArray(path) && { path: path as (string | number)[] }) };
}
