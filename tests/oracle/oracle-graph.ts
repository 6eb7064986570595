import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from "@apollo/federation-internals";
import { type DocumentNode, type GraphQLSchema, parse } from "graphql";
import { compose } from "../../gateway/plan/compose.ts";
import type { Example } from "./example.ts";
import { type Facts, readFacts } from "./federation-facts.ts";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key" "@shareable" "@external" "@requires" "@provides" "@override" "@inaccessible" "@tag" "@interfaceObject" "@context" "@fromContext" "@composeDirective"
])
`;

/** An example, composed. */
export interface OracleGraph {
  readonly example: Example;
  readonly documents: ReadonlyMap<string, DocumentNode>;
  readonly facts: Facts;
  readonly supergraphSdl: string;
  /** What clients see. */
  readonly api: GraphQLSchema;
  /** The API and what is `@inaccessible`. */
  readonly whole: GraphQLSchema;
}

/** @throws CompositionError */
export async function composeExample(example: Example): Promise<OracleGraph> {
  const sources = Object.entries(example.subgraphs).map(([name, sdl]) => ({
    name,
    sdl: link + sdl,
    url: `http://${name}`,
    place: name,
  }));
  const supergraphSdl = await compose(sources);
  const supergraph = Supergraph.build(supergraphSdl, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  });
  const documents = new Map(
    sources.map(({ name, sdl }) => [name, parse(sdl, { noLocation: true })]),
  );
  return {
    example,
    documents,
    facts: readFacts(documents),
    supergraphSdl,
    api: supergraph.apiSchema().toGraphQLJSSchema(),
    whole: supergraph.schema.toGraphQLJSSchema(),
  };
}
