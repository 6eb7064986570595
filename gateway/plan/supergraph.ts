import { createHash } from "node:crypto";
import { type ConstDirectiveNode, Kind, parse } from "graphql";

/** What a gateway serves: a composed schema and where its subgraphs are. */
export interface Supergraph {
  readonly sdl: string;
  /** SHA-256 of the SDL: the same in every replica that serves the same schema. */
  readonly id: string;
  /** Where a subgraph really is; one that is not named here is where the SDL says. */
  readonly urls: ReadonlyMap<string, string>;
}

export function createSupergraph(
  sdl: string,
  urls: ReadonlyMap<string, string> = new Map(),
): Supergraph {
  return { sdl, id: createHash("sha256").update(sdl).digest("hex"), urls };
}

/** Where the subgraphs of a supergraph really are, by name. */
export function urlsOfSubgraphs({ sdl, urls }: Supergraph): ReadonlyMap<string, string> {
  const graphs = parse(sdl, { noLocation: true }).definitions.find(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === "join__Graph",
  );
  const values = graphs?.kind === Kind.ENUM_TYPE_DEFINITION ? (graphs.values ?? []) : [];
  return new Map(
    values
      .flatMap(({ directives = [] }) => directives)
      .filter(({ name }) => name.value === "join__graph")
      .map((graph) => {
        const name = textOf(graph, "name");
        return [name, urls.get(name) ?? textOf(graph, "url")];
      }),
  );
}

function textOf(directive: ConstDirectiveNode, argument: string): string {
  const value = directive.arguments?.find(({ name }) => name.value === argument)?.value;
  return value?.kind === Kind.STRING ? value.value : "";
}
