import { createHash } from "node:crypto";

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
