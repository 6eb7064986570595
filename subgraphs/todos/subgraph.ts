import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Clock, systemClock } from "../../runtime/clock.ts";
import { createLifecycle, type Part } from "../../runtime/lifecycle.ts";
import type { Log } from "../../runtime/log.ts";
import { projectRoot } from "../../runtime/project-root.ts";
import { createRedisOutage } from "../../runtime/redis-outage.ts";
import { dropTarget } from "../kit/cache/drop-outbox.ts";
import { createEntityCache } from "../kit/cache/entity-cache.ts";
import { createDatabase, type Statement } from "../kit/database.ts";
import { createOutboxMetrics } from "../kit/outbox-metrics.ts";
import { createOutboxStore } from "../kit/outbox-store.ts";
import { receiveEvents } from "../kit/receive-events.ts";
import type { SubgraphConfig } from "../kit/subgraph-config.ts";
import { createSubgraphServer } from "../kit/subgraph-server.ts";
import { createContext } from "./context.ts";
import { applyEvent } from "./model/events.ts";
import { resolvers } from "./resolvers.ts";
import { cacheReads } from "./store/cached-reads.ts";
import { createPrismaClient } from "./store/prisma-client.ts";
import { createReads, createStore } from "./store/store.ts";

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
  const prisma = createPrismaClient(database);
  const { redisUrl } = config;
  const outage = createRedisOutage(log);
  const cache = createEntityCache({ service: "todos", redisUrl, database, log, outage });
  const uncached = createReads(database);
  const reads = config.cache === "on" ? cacheReads(uncached, cache) : uncached;
  const outboxMetrics = createOutboxMetrics(createOutboxStore(database), [dropTarget]);
  const server = createSubgraphServer({
    host: config.host,
    port: config.port,
    development: config.development,
    signingKey: config.signingKey,
    redisUrl,
    clock,
    calls: database.calls,
    log,
    outage,
    typeDefs: readFileSync(join(projectRoot(), "subgraphs/todos/schema.graphql"), "utf8"),
    resolvers,
    createContext: (viewer) => {
      const writes = cache.together();
      return createContext(viewer, clock, createStore(prisma, reads, writes), writes);
    },
    settled: ({ writes }) => writes.settled(),
    heard: () => cache.heard(config.cache),
    routes: (app) =>
      receiveEvents(app, {
        signingKey: config.signingKey,
        clock,
        apply: (event) => applyEvent(event, createStore(prisma, reads, cache), clock),
      }),
  });
  outboxMetrics.appearAt(server.metrics);
  cache.appearAt(server.metrics);
  return { ...createLifecycle("todos", [database, cache, server], log), url: server.url };
}
