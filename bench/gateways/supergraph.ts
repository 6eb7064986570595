import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compose } from "../../gateway/plan/compose.ts";
import { shopSubgraphs } from "./shop-subgraphs.ts";

/** Composes the shop, with its subgraphs where they listen. @returns the path of the SDL */
export async function writeSupergraph(
  folder: string,
  urls: Readonly<Record<string, string>>,
): Promise<string> {
  const path = join(folder, "supergraph.graphql");
  const sources = shopSubgraphs.map(({ name, sdl }) => ({
    name,
    sdl,
    url: urls[name] ?? "",
    place: name,
  }));
  await writeFile(path, await compose(sources));
  return path;
}
