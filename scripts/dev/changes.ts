import { join, relative } from "node:path";
import { isSource } from "./compiler.ts";

/** What was saved since the last time, sorted by what it takes to bring it to life. */
export interface Changes {
  /** Sources to compile, absolute. */
  readonly sources: ReadonlySet<string>;
  /** Subgraphs that need a new process. */
  readonly subgraphs: ReadonlySet<string>;
  /** Of these, those whose schema.graphql was saved. */
  readonly schemas: ReadonlySet<string>;
  /** Of these, those whose Prisma schema or migrations were saved. */
  readonly databases: ReadonlySet<string>;
  /** Subgraphs whose resolver types are to be generated anew. */
  readonly types: ReadonlySet<string>;
  /** Whether supergraph.yaml was saved. */
  readonly graph: boolean;
  /** Files that a start alone takes up, and folders of subgraphs that are not running. */
  readonly forLater: ReadonlySet<string>;
}

/** @param own names of the subgraphs that are running */
export function sortChanges(
  files: Iterable<string>,
  root: string,
  own: readonly string[],
): Changes {
  const sources = new Set<string>();
  const subgraphs = new Set<string>();
  const schemas = new Set<string>();
  const databases = new Set<string>();
  const types = new Set<string>();
  const forLater = new Set<string>();
  let graph = false;
  for (const file of files) {
    const path = relative(root, file);
    const [folder = "", name = "", ...rest] = path.split("/");
    if (isSource(path)) sources.add(file);
    if (folder === "subgraphs" && own.includes(name)) {
      const isSchema = rest.join("/") === "schema.graphql";
      if (isSchema) schemas.add(name);
      if (isSchema || isSource(path)) subgraphs.add(name);
      if (isSchema || rest.join("/") === "resolver-parents.json") types.add(name);
    } else if (folder === "prisma" && own.includes(name)) {
      if (!/\.(prisma|sql)$/.test(path)) continue;
      databases.add(name);
      subgraphs.add(name);
    } else if (isSource(path) && (folder === "runtime" || path.startsWith("subgraphs/kit/"))) {
      for (const one of own) subgraphs.add(one);
      if (folder === "runtime") forLater.add(file);
    } else if (path === "supergraph.yaml") {
      graph = true;
    } else if (folder === "subgraphs" && name !== "kit" && rest.length > 0) {
      forLater.add(join(root, folder, name));
    } else if (isSource(path) && folder !== "prisma") {
      forLater.add(file);
    }
  }
  return { sources, subgraphs, schemas, databases, types, graph, forLater };
}
