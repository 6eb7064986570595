import { readFile } from "node:fs/promises";
import { ConfigError } from "../../runtime/env.ts";
import type { SubgraphSource } from "./compose.ts";
import type { SubgraphEntry } from "./supergraph-yaml.ts";

/** @throws whatever keeps a subgraph from saying its schema */
export type FetchSdl = (subgraph: string, url: string) => Promise<string>;

/** Subgraphs whose schema could be had, and the names of those that are down. */
interface Sources {
  readonly sources: readonly SubgraphSource[];
  readonly missing: readonly string[];
}

/**
 * The schema of every subgraph, from its file or from itself.
 * @throws ConfigError when a file cannot be read
 */
export async function readSources(
  entries: readonly SubgraphEntry[],
  fetchSdl: FetchSdl,
): Promise<Sources> {
  const found = await Promise.all(entries.map((entry) => readSource(entry, fetchSdl)));
  return {
    sources: found.filter((source) => typeof source !== "string"),
    missing: found.filter((source) => typeof source === "string"),
  };
}

async function readSource(
  { defaultUrl, name, schema }: SubgraphEntry,
  fetchSdl: FetchSdl,
): Promise<SubgraphSource | string> {
  const source = { name, url: defaultUrl };
  switch (schema.kind) {
    case "inline":
      return { ...source, sdl: schema.sdl, place: "sdl in supergraph.yaml" };
    case "file":
      return { ...source, sdl: await readSchemaFile(name, schema.path), place: schema.path };
    case "subgraph":
      return fetchSdl(name, schema.url).then(
        (sdl) => ({ ...source, sdl, place: schema.url }),
        () => name,
      );
    default:
      return schema satisfies never;
  }
}

async function readSchemaFile(subgraph: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new ConfigError(
      `The schema of subgraph ${subgraph} cannot be read: ${(error as Error).message}`,
    );
  }
}
