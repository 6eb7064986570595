import {
  ApolloGateway,
  type GatewayConfig,
  type GraphQLDataSource,
  type ServiceEndpointDefinition,
} from "@apollo/gateway";
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { LRUCache } from "lru-cache";
import { setEnv } from "../../runtime/env.ts";
import { type Compiler, createCompiler } from "../plan/compile.ts";
import { stripFeatures } from "../plan/strip-features.ts";
import { nameOf } from "../request.ts";
import type { SubgraphAnswer, SubgraphError } from "../upstream/send.ts";
import { SubgraphFault } from "../upstream/subgraph-fault.ts";
import { createLinkOperation, type LinkedOperation } from "./link-operation.ts";
import type { FetchCall } from "./run/run.ts";

/** Options of `ApolloGateway`, of which these two are needed. */
export type CompiledGatewayOptions = GatewayConfig & {
  readonly supergraphSdl: string;
  /** Makes the way to one subgraph. */
  readonly buildService: (subgraph: ServiceEndpointDefinition) => GraphQLDataSource;
};

/** What `@apollo/gateway` and Apollo Server say to each other. */
type Loaded = Awaited<ReturnType<ApolloGateway["load"]>>;
type RequestContext = Parameters<Loaded["executor"]>[0];
type Asked = Parameters<GraphQLDataSource["process"]>[0];

type Refused = readonly GraphQLError[];

/**
 * The compiled engine as a gateway for any `new ApolloServer({ gateway })`. Compiling happens in this process, once for
 * each operation; Apollo Server has parsed and validated it before.
 */
export class CompiledGateway extends ApolloGateway {
  readonly #options: CompiledGatewayOptions;
  readonly #operations = new LRUCache<string, LinkedOperation | { readonly refused: Refused }>({
    max: 1_000,
  });
  readonly #sources = new Map<string, GraphQLDataSource>();
  #compiler: Compiler | undefined;
  #link: ReturnType<typeof createLinkOperation> | undefined;

  constructor(options: CompiledGatewayOptions) {
    setEnv("APOLLO_TELEMETRY_DISABLED", "1");
    super({
      ...options,
      supergraphSdl: stripFeatures(options.supergraphSdl),
      buildService: (definition) => this.#open(definition),
    });
    this.#options = options;
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

  #open(definition: ServiceEndpointDefinition): GraphQLDataSource {
    const source = this.#options.buildService(definition);
    this.#sources.set(definition.name, source);
    return source;
  }

  readonly #execute: Loaded["executor"] = async (context) => {
    const operation = this.#grantedOf(context);
    if ("refused" in operation) return { errors: operation.refused };
    const running = operation.run(
      context.request.variables ?? {},
      (call) => this.#call(call, context),
      true,
    );
    if (!(running instanceof Promise)) return { errors: running.map(readRefusal) };
    const { data, errors } = await running;
    return {
      data: JSON.parse(data) as Record<string, unknown> | null,
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
    { request, source }: RequestContext,
    denied: readonly string[],
  ): LinkedOperation | { readonly refused: Refused } {
    const { operationName } = request;
    const key = JSON.stringify([operationName, denied, source]);
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

  async #call(call: FetchCall, context: RequestContext): Promise<SubgraphAnswer> {
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
