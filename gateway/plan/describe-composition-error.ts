import { relative } from "node:path";
import {
  type ASTNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLError,
  getLocation,
  type InputValueDefinitionNode,
} from "graphql";
import { compositionHint } from "./composition-hints.ts";

/** A subgraph that took part in a composition. */
interface Composed {
  readonly name: string;
  readonly place: string;
  readonly typeDefs: DocumentNode;
}

/** An error of composition for a reader: in which subgraph, file and line, what is wrong, and what to do. */
export function describeCompositionError(
  error: GraphQLError,
  subgraphs: readonly Composed[],
): string {
  const code = String(error.extensions["code"] ?? "UNKNOWN");
  const where = [placesOfNodes, placesOfCoordinates, placesOfNames]
    .map((find) => find(error, subgraphs))
    .find((places) => places.length > 0);
  const places = [...new Set(where)].join(" and ");
  const message = error.message.replace(/\.?\s*$/, ".");
  return `${places}: ${code}: ${message} What to do: ${compositionHint(code)}`;
}

/** What a reader can open: a path from where they are. */
export function linkOf(place: string): string {
  return place.startsWith("/") ? relative(process.cwd(), place) || place : place;
}

type FindPlaces = (error: GraphQLError, subgraphs: readonly Composed[]) => readonly string[];

/** Composition marks the nodes of its errors with their subgraph. */
const placesOfNodes: FindPlaces = ({ nodes = [] }, subgraphs) =>
  nodes.flatMap((node) => {
    const { subgraph: name } = node as { readonly subgraph?: string };
    const subgraph = subgraphs.find((one) => one.name === name);
    return subgraph === undefined ? [] : placeOf(subgraph, node);
  });

/** Where it does not, its words have `Type.field`: that is looked up in every schema. */
const placesOfCoordinates: FindPlaces = ({ message }, subgraphs) => {
  const coordinates = [...message.matchAll(/"(\w+)\.(\w+)/g)];
  return subgraphs.flatMap((subgraph) =>
    coordinates.flatMap(([, type, field]) =>
      subgraph.typeDefs.definitions
        .flatMap((node) =>
          "fields" in node && node.name.value === type ? fieldsOf(node.fields) : [],
        )
        .filter(({ name }) => name.value === field)
        .flatMap((node) => placeOf(subgraph, node)),
    ),
  );
};

/** Errors about what is missing everywhere have no line, but may name subgraphs. */
const placesOfNames: FindPlaces = ({ message }, subgraphs) => {
  const named = subgraphs.filter(({ name }) => message.includes(`"${name}"`));
  return (named.length > 0 ? named : subgraphs).map(
    ({ name, place }) => `subgraph ${name}, ${linkOf(place)}`,
  );
};

function fieldsOf(
  fields: readonly (FieldDefinitionNode | InputValueDefinitionNode)[] = [],
): readonly (FieldDefinitionNode | InputValueDefinitionNode)[] {
  return fields;
}

function placeOf({ name, place }: Composed, node: ASTNode): readonly string[] {
  if (node.loc === undefined) return [];
  const { line } = getLocation(node.loc.source, node.loc.start);
  return [`subgraph ${name}, ${linkOf(place)}:${line}`];
}
