import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from "@apollo/federation-internals";
import { QueryPlanner } from "@apollo/query-planner";
import type { GraphQLSchema } from "graphql";
import { type CachePolicies, readCachePolicies } from "./cache-policies.ts";
import { type PlannerNames, plannerNames } from "./name-fields.ts";
import { type FieldRequirements, readRequirements } from "./read-requirements.ts";

/** A supergraph as planning needs it. */
export interface LoadedSupergraph {
  readonly supergraph: Supergraph;
  readonly planner: QueryPlanner;
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  /** With what clients do not see. */
  readonly fullSchema: GraphQLSchema;
  readonly names: PlannerNames;
  /** Undefined when no field requires anything of a viewer. */
  readonly requirements: FieldRequirements | undefined;
  /** Undefined when nothing may be kept. */
  readonly policies: CachePolicies | undefined;
}

/** What clients see of a supergraph. */
export function loadApiSchema(sdl: string): GraphQLSchema {
  return build(sdl).apiSchema().toGraphQLJSSchema();
}

function build(sdl: string): Supergraph {
  return Supergraph.build(sdl, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    validateSupergraph: false,
  });
}

/**
 * Loads a supergraph with all features that Apollo Router knows: which of them may be served is the caller's question.
 * @throws Error in words for whoever composed it
 */
export function loadSupergraph(sdl: string): LoadedSupergraph {
  const supergraph = build(sdl);
  const fullSchema = supergraph.schema.toGraphQLJSSchema();
  const requirements = readRequirements(supergraph.schema);
  return {
    supergraph,
    // What it writes for subgraphs is looked at as a document, too.
    planner: new QueryPlanner(supergraph, { exposeDocumentNodeInFetchNode: true }),
    apiSchema: supergraph.apiSchema().toGraphQLJSSchema(),
    fullSchema,
    names: plannerNames(fullSchema),
    requirements,
    policies: readCachePolicies(supergraph, fullSchema, requirements),
  };
}
