import { ApolloGateway, type GraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { ApolloServerPluginUsageReportingDisabled } from "@apollo/server/plugin/disabled";
import type { GraphQLFormattedError } from "graphql";
import { CompiledGateway } from "../../gateway/execute/compiled-gateway.ts";
import { setEnv } from "../../runtime/env.ts";
import type { OracleGraph } from "./oracle-graph.ts";
import { createWorld, type World } from "./places.ts";
import type { Outcome, RunOperation } from "./question.ts";
import { createSubgraph, type RunSubgraph, type SubgraphQuestion } from "./subgraph.ts";

/** A gateway under test. */
export interface StartedEngine {
  readonly run: RunOperation;
  stop(): Promise<void>;
}

/** Stands between the gateway and a subgraph, for a test that counts calls or has the subgraph lie. */
export type Intercept = (
  subgraph: string,
  question: SubgraphQuestion,
  ask: () => Promise<Outcome>,
) => Promise<Outcome>;

interface GatewayOptions {
  readonly supergraphSdl: string;
  readonly buildService: (subgraph: { readonly name: string }) => GraphQLDataSource;
}

interface Context {
  readonly world: World;
}

// What an engine logs of an operation is also in its answer.
const ignore = (): void => undefined;
const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

const gateways = {
  stock: (options: GatewayOptions) => new ApolloGateway({ ...options, logger }),
  compiled: (options: GatewayOptions) => new CompiledGateway(options),
} as const;

export type EngineName = keyof typeof gateways;

export const isEngineName = (name: string): name is EngineName => Object.hasOwn(gateways, name);

/** An engine in Apollo Server, over the subgraphs of a graph in this process. */
export async function startEngine(
  name: EngineName,
  graph: OracleGraph,
  intercept: Intercept = (_subgraph, _question, ask) => ask(),
): Promise<StartedEngine> {
  const { example, supergraphSdl } = graph;
  // Read by the constructor of ApolloGateway, which otherwise sends metrics to its vendor.
  setEnv("APOLLO_TELEMETRY_DISABLED", "1");
  const gateway = gateways[name]({
    supergraphSdl,
    buildService: ({ name: subgraph }) =>
      dataSource(subgraph, createSubgraph(graph, subgraph), intercept) as GraphQLDataSource,
  });
  const server = new ApolloServer<Context>({
    gateway,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger,
    plugins: [ApolloServerPluginUsageReportingDisabled()],
  });
  await server.start();
  return {
    async run({ document, operationName, variables }): Promise<Outcome> {
      const { body } = await server.executeOperation(
        { query: document, variables: { ...variables }, ...(operationName && { operationName }) },
        { contextValue: { world: createWorld(example.root, example.things) } },
      );
      if (body.kind !== "single") throw new Error("an incremental answer");
      const { extensions, ...outcome } = JSON.parse(
        JSON.stringify(body.singleResult),
      ) as Outcome & {
        readonly extensions?: { readonly valueCompletion?: readonly GraphQLFormattedError[] };
      };
      const reasons = extensions?.valueCompletion;
      return reasons ? { ...outcome, errors: [...(outcome.errors ?? []), ...reasons] } : outcome;
    },
    stop: () => server.stop(),
  };
}

function dataSource(
  subgraph: string,
  ask: RunSubgraph,
  intercept: Intercept,
): GraphQLDataSource<Context> {
  return {
    async process({ request: { query = "", operationName, variables = {} }, context }) {
      const question = { query, operationName, variables };
      const answer = await intercept(subgraph, question, () => ask(question, context.world));
      return answer as never;
    },
  };
}
