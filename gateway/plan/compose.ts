import { createHash } from "node:crypto";
import { type DocumentNode, GraphQLError, parse, Source } from "graphql";
import { describeCompositionError, linkOf } from "./describe-composition-error.ts";
import { findLost } from "./find-lost.ts";
import { federationVersion } from "./supergraph-yaml.ts";

/** A subgraph as composition sees it. */
export interface SubgraphSource {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
  /** What errors call the place of the schema: its file, or where it was read from. */
  readonly place: string;
}

/** A graph that does not compose. The message has a line for each error: subgraph, file, line, what to do. */
export class CompositionError extends Error {
  override readonly name = "CompositionError";
}

/**
 * Composes subgraphs into a supergraph SDL, whose first line has the hash of what it was composed from.
 * @throws CompositionError
 */
export async function compose(sources: readonly SubgraphSource[]): Promise<string> {
  const services = sources.map((source) => ({ ...source, typeDefs: parseSchema(source) }));
  // Loaded when it is needed: a gateway that starts from a composed SDL never composes.
  const { composeServices } = await import("@apollo/composition");
  const { errors, supergraphSdl } = composeServices(services);
  if (errors !== undefined) {
    throw new CompositionError(
      errors.map((error) => describeCompositionError(error, services)).join("\n"),
    );
  }
  refuseLost(supergraphSdl, sources);
  return `${headerOf(sources)}\n\n${supergraphSdl.trimEnd()}\n`;
}

/** @throws CompositionError when a supergraph lacks what its subgraphs require of viewers */
export function refuseLost(supergraphSdl: string, sources: readonly SubgraphSource[]): void {
  const lost = findLost(supergraphSdl, sources);
  if (lost.length > 0) throw new CompositionError(lost.join("\n"));
}

/** Whether an SDL is what these sources compose to, by the hash in its first line. */
export function isComposedFrom(sdl: string, sources: readonly SubgraphSource[]): boolean {
  return sdl.startsWith(`${headerOf(sources)}\n`);
}

function headerOf(sources: readonly SubgraphSource[]): string {
  const inputs = sources.map(({ name, sdl, url }) => [name, url, sdl]);
  const hash = createHash("sha256").update(JSON.stringify([federationVersion, inputs]));
  return `# Composed by @apollo/composition ${federationVersion} from sources with SHA-256 ${hash.digest("hex")}; do not edit.`;
}

function parseSchema({ name, place, sdl }: SubgraphSource): DocumentNode {
  try {
    return parse(new Source(sdl, place));
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const line = error.locations?.[0]?.line ?? 1;
    throw new CompositionError(
      `subgraph ${name}, ${linkOf(place)}:${line}: ${error.message} What to do: correct the syntax there.`,
    );
  }
}
