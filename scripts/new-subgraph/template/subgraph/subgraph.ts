import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Clock, systemClock } from "../../runtime/clock.ts";
import { createLifecycle, type Part } from "../../runtime/lifecycle.ts";
import type { Log } from "../../runtime/log.ts";
import { projectRoot } from "../../runtime/project-root.ts";
import { createDatabase, type Statement } from "../kit/database.ts";
import type { SubgraphConfig } from "../kit/subgraph-config.ts";
import { createSubgraphServer } from "../kit/subgraph-server.ts";
import { createContext } from "./context.ts";
import { resolvers } from "./resolvers.ts";
import { createStore } from "./store/store.ts";

export interface ThingsParts {
  readonly log: Log;
  readonly clock?: Clock;
  /** Hears of every SQL statement. */
  readonly onStatement?: (statement: Statement) => void;
}

export interface ThingsSubgraph extends Part {
  /** Where it listens, without a path; only once it is started. */
  url(): string;
}

/** Things of users, behind HTTP. */
export function createThingsSubgraph(config: SubgraphConfig, parts: ThingsParts): ThingsSubgraph {
  const { clock = systemClock, log, onStatement } = parts;
  const database = createDatabase({
    ...config.database,
    log,
    ...(onStatement && { onStatement }),
  });
  const store = createStore(database);
  const server = createSubgraphServer({
    host: config.host,
    port: config.port,
    development: config.development,
    signingKey: config.signingKey,
    redisUrl: config.redisUrl,
    clock,
    calls: database.calls,
    log,
    typeDefs: readFileSync(join(projectRoot(), "subgraphs/things/schema.graphql"), "utf8"),
    resolvers,
    createContext: (viewer) => createContext(viewer, clock, store),
  });
  return { ...createLifecycle("things", [database, server], log), url: server.url };
}
