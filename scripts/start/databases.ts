import { createLog } from "../../runtime/log.ts";
import { createEmbeddedPostgres } from "../postgres/embedded-postgres.ts";
import type { StartConfig, SubgraphSettings } from "./config.ts";

/** A subgraph with the URL of its database. */
export interface WithDatabase {
  readonly subgraph: SubgraphSettings;
  readonly databaseUrl: string;
}

export interface Databases {
  /** The databases that are given, and for the others those of the embedded PostgreSQL, which is started only for them. */
  open(): Promise<readonly WithDatabase[]>;
  close(): Promise<void>;
}

/** @param onLost called when the embedded PostgreSQL ends although nobody closed it */
export function createDatabases(config: StartConfig, onLost: () => void): Databases {
  const postgres = createEmbeddedPostgres({
    dataDir: config.dataDir,
    log: createLog("postgres", config.logLevel === "info" ? "warn" : config.logLevel),
    onLost,
  });
  return {
    async open() {
      const { subgraphs } = config;
      if (subgraphs.some(({ databaseUrl }) => databaseUrl === undefined)) await postgres.start();
      const opened: WithDatabase[] = [];
      for (const subgraph of subgraphs) {
        const { databaseUrl = await postgres.createDatabase(subgraph.name) } = subgraph;
        opened.push({ subgraph, databaseUrl });
      }
      return opened;
    },
    close: () => postgres.stop(),
  };
}
