import { randomUUID } from "node:crypto";
import type { Registry } from "prom-client";
import type { Sql } from "sql-template-tag";
import { createLifecycle, type Part } from "../../../runtime/lifecycle.ts";
import type { Log } from "../../../runtime/log.ts";
import { createRedis } from "../../../runtime/redis.ts";
import type { Database } from "../database.ts";
import { createCacheMetrics } from "./cache-metrics.ts";
import { type Announcement, announce, createDropOutbox } from "./drop-outbox.ts";
import { createDropRelay } from "./drop-relay.ts";
import { createDrops } from "./drops.ts";
import { createEntityReads, type EntityReads } from "./entity-reads.ts";
import { createFirstLevel } from "./first-level.ts";
import { createHearing } from "./hearing.ts";
import { createNamespace } from "./namespace.ts";
import { createSecondLevel } from "./second-level.ts";

/**
 * Entities that are read from memory and never wrong for it: docs/consistency.md says how. Writes go on telling it what they change
 * where nothing is read from it, as other processes may read.
 */
export interface EntityCache extends Part, EntityReads {
  /**
   * Runs a write, and when it is committed makes sure that nobody reads any more what it has made old. That takes a millisecond or
   * two, and about three seconds while Redis or another replica cannot be asked; it never fails a write.
   * @param work commits a transaction in which it has announced the keys of all entities that it changes
   */
  write<Result>(work: (announce: Announce) => Promise<Result>): Promise<Result>;
  appearAt(registry: Registry): void;
}

/** @param execute runs a statement in the transaction that changes the entities */
export type Announce = (
  keys: readonly string[],
  execute: (statement: Sql) => Promise<unknown>,
) => Promise<void>;

export interface EntityCacheOptions {
  readonly service: string;
  /** Of all processes of the service or of none; without it there is one process. */
  readonly redisUrl: string | undefined;
  readonly database: Pick<Database, "query">;
  readonly log: Log;
  /** Milliseconds for which a replica may serve what it has heard nothing against; three seconds unless said otherwise. */
  readonly lease?: number;
}

const usualLease = 3_000;
/** Milliseconds that a command of Redis may take: of a read, which can do without, and of a write. */
const timeouts = { read: 15, write: 500 };
const firstLevel = { maxEntries: 20_000, ttl: 30_000 };

export function createEntityCache(options: EntityCacheOptions): EntityCache {
  return options.redisUrl === undefined
    ? createLonelyCache()
    : createReplicatedCache({ ...options, redisUrl: options.redisUrl });
}

/** Of the only process of its service. */
function createLonelyCache(): EntityCache {
  const first = createFirstLevel(firstLevel);
  const isCurrent = (): boolean => true;
  const metrics = createCacheMetrics({ isCurrent, size: first.size });
  const { read } = createEntityReads({ first, isCurrent, second: undefined, metrics });
  return {
    name: "entity cache",
    read,
    async write(work) {
      const changed: string[] = [];
      try {
        return await work(async (keys) => void changed.push(...keys));
      } finally {
        // Also after an error: a commit may have succeeded whose answer was lost.
        first.drop(changed);
      }
    },
    appearAt: metrics.appearAt,
    start: async () => undefined,
    stop: async () => undefined,
  };
}

function createReplicatedCache(
  options: EntityCacheOptions & { readonly redisUrl: string },
): EntityCache {
  const { database, lease = usualLease, log, service, redisUrl: url } = options;
  const replica = randomUUID();
  const name = (purpose: string): string => `${service}-cache-${purpose}`;
  const reads = createRedis({ url, name: name("reads"), log, commandTimeout: timeouts.read });
  const writes = createRedis({ url, name: name("writes"), log, commandTimeout: timeouts.write });
  const stream = createRedis({ url, name: name("stream"), log });
  const first = createFirstLevel(firstLevel);
  const namespace = createNamespace(service, database);
  const common = { namespace, replica, lease, log, writes };
  const second = createSecondLevel({ ...common, reads });
  const outbox = createDropOutbox(database);
  const relay = createDropRelay({ ...common, outbox, second });
  const hearing = createHearing({ ...common, first, stream });
  const { isCurrent } = hearing;
  const metrics = createCacheMetrics({ isCurrent, size: first.size });
  const drops = createDrops({ first, second, hearing, outbox, metrics, lease, log });
  const parts = [reads, writes, stream, relay, hearing, drops];
  const { read } = createEntityReads({ first, isCurrent, second, metrics });
  return {
    ...createLifecycle("entity cache", parts, log),
    read,
    async write(work) {
      const announced: Announcement[] = [];
      const result = await work(async (keys, execute) => {
        const announcement = announce(keys);
        await execute(announcement.statement);
        announced.push(announcement);
      });
      await Promise.all(announced.map(drops.settle));
      return result;
    },
    appearAt: metrics.appearAt,
  };
}
