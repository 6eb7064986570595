import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compose } from "../../gateway/plan/compose.ts";
import { projectRoot } from "../../runtime/project-root.ts";
import { readOwnSubgraphs } from "../../scripts/project/own-subgraphs.ts";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])`;

/** Types of the interface below. */
export const kinds: readonly string[] = Array.from({ length: 12 }, (_, at) => `Kind${at}`);

/** An interface of many types whose fields are in two subgraphs: what planning costs most for. */
const nodes = `${link}
  type Query { node: Node }
  interface Node { id: ID! node: Node }
  ${kinds.map((kind) => `type ${kind} implements Node @key(fields: "id") { id: ID! node: Node a${kind}: Int }`).join("\n")}`;
const more = `${link}
  ${kinds.map((kind) => `type ${kind} @key(fields: "id") { id: ID! b${kind}: Int }`).join("\n")}`;

/** SDL of our own graph, and beside it one with an interface, at addresses where nobody listens. */
export function composeHostileGraph(): Promise<string> {
  const root = projectRoot();
  const own = readOwnSubgraphs(root).map(({ name }) => ({
    name,
    sdl: readFileSync(join(root, "subgraphs", name, "schema.graphql"), "utf8"),
  }));
  const sources = [...own, { name: "nodes", sdl: nodes }, { name: "more", sdl: more }];
  const url = "http://127.0.0.1:1/graphql";
  return compose(sources.map((source) => ({ ...source, url, place: source.name })));
}
