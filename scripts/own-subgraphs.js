// What prepare.js and generate-resolver-types.js run for, before anything of ours is compiled. project/own-subgraphs.ts is
// the same for all that comes later: both read supergraph.yaml.
import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** Names of the subgraphs of supergraph.yaml whose schema is in a folder of `subgraphs/`. */
export function ownSubgraphs(root) {
  const { subgraphs } = parse(readFileSync(`${root}/supergraph.yaml`, "utf8"));
  return Object.entries(subgraphs)
    .filter(([name, { schema }]) => schema.file === `./subgraphs/${name}/schema.graphql`)
    .map(([name]) => name);
}
