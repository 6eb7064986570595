import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from "@apollo/federation-internals";
import { QueryPlanner } from "@apollo/query-planner";
import type { GraphQLSchema } from "graphql";
import type { Requirement } from "../request.ts";
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
}

/** What running operations needs to know of a supergraph. */
export interface ClientView {
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  /** All that it requires of viewers. */
  readonly requirements: readonly Requirement[];
}

export function loadClientView(sdl: string): ClientView {
  const supergraph = build(sdl);
  return {
    apiSchema: supergraph.apiSchema().toGraphQLJSSchema(),
    requirements: readRequirements(supergraph.schema)?.all ?? [],
  };
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
  return {
    supergraph,
    planner: new QueryPlanner(supergraph),
    apiSchema: supergraph.apiSchema().toGraphQLJSSchema(),
    fullSchema,
    names: plannerNames(fullSchema),
    requirements: readRequirements(supergraph.schema),
  };
}
