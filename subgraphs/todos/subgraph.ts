import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Clock, systemClock } from "../../runtime/clock.ts";
import { createLifecycle, type Part } from "../../runtime/lifecycle.ts";
import type { Log } from "../../runtime/log.ts";
import { projectRoot } from "../../runtime/project-root.ts";
import { createDatabase, type Statement } from "../kit/database.ts";
import { receiveEvents } from "../kit/receive-events.ts";
import type { SubgraphConfig } from "../kit/subgraph-config.ts";
import { createSubgraphServer } from "../kit/subgraph-server.ts";
import { createContext } from "./context.ts";
import { applyEvent } from "./model/events.ts";
import { resolvers } from "./resolvers.ts";
import { createStore } from "./store/store.ts";

export interface TodosParts {
  readonly log: Log;
  readonly clock?: Clock;
  /** Hears of every SQL statement. */
  readonly onStatement?: (statement: Statement) => void;
}

export interface TodosSubgraph extends Part {
  /** Where it listens, without a path; only once it is started. */
  url(): string;
}

/** Lists, their members and todos, behind HTTP. */
export function createTodosSubgraph(config: SubgraphConfig, parts: TodosParts): TodosSubgraph {
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
    log,
    typeDefs: readFileSync(join(projectRoot(), "subgraphs/todos/schema.graphql"), "utf8"),
    resolvers,
    createContext: (viewer) => createContext(viewer, clock, store),
    routes: (app) =>
      receiveEvents(app, {
        signingKey: config.signingKey,
        clock,
        apply: (event) => applyEvent(event, store, clock),
      }),
  });
  return { ...createLifecycle("todos", [database, server], log), url: server.url };
}
