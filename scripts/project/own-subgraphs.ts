import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSupergraphYaml, type SubgraphEntry } from "../../gateway/plan/supergraph-yaml.ts";

/** A subgraph whose code is in this project. */
export interface OwnSubgraph {
  readonly name: string;
  /** Where it listens unless its variable says otherwise; from the default of its URL in supergraph.yaml. */
  readonly port: number;
  /** Names of its environment variables. */
  readonly variables: {
    readonly port: string;
    readonly url: string;
    readonly databaseUrl: string;
  };
}

/**
 * The subgraphs of supergraph.yaml whose schema is in a folder of `subgraphs/`: the one list that starting, migrating,
 * composing and preparing go by.
 * @throws ConfigError naming the line that is wrong
 */
export function readOwnSubgraphs(root: string): readonly OwnSubgraph[] {
  const path = join(root, "supergraph.yaml");
  const entries = parseSupergraphYaml(readFileSync(path, "utf8"), path, {});
  return entries
    .filter((entry) => isOwn(entry, root))
    .map(({ defaultUrl, name }) => ({
      name,
      port: Number(new URL(defaultUrl).port),
      variables: variablesOf(name),
    }));
}

/** Whether the schema of an entry of supergraph.yaml is in a folder of `subgraphs/`. */
export function isOwn({ name, schema }: SubgraphEntry, root: string): boolean {
  return schema.kind === "file" && schema.path === join(root, "subgraphs", name, "schema.graphql");
}

export function variablesOf(name: string): OwnSubgraph["variables"] {
  const prefix = name.toUpperCase();
  return {
    port: `${prefix}_PORT`,
    url: `${prefix}_URL`,
    databaseUrl: `${prefix}_DATABASE_URL`,
  };
}
