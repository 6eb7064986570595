import { randomUUID } from "node:crypto";
import type { Registry } from "prom-client";
import { createHearing, usualLease } from "../../../runtime/hearing/hearing.ts";
import { createLifecycle, type Part } from "../../../runtime/lifecycle.ts";
import type { Log } from "../../../runtime/log.ts";
import { createNewcomers } from "../../../runtime/newcomers.ts";
import { createRedis, type Redis } from "../../../runtime/redis.ts";
import { createRedisOutage, type RedisOutage } from "../../../runtime/redis-outage.ts";
import type { Database } from "../database.ts";
import { createCacheMetrics } from "./cache-metrics.ts";
import {
  type CacheWrites,
  createLonelyWrites,
  createRequestWrites,
  type RequestWrites,
} from "./cache-writes.ts";
import { createDropOutbox } from "./drop-outbox.ts";
import { createDropRelay } from "./drop-relay.ts";
import { createDrops } from "./drops.ts";
import { createEntityReads, type EntityReads } from "./entity-reads.ts";
import { createFirstLevel } from "./first-level.ts";
import { createNamespace } from "./namespace.ts";
import { createReadTogether, type ReadTogether } from "./read-together.ts";
import { createSecondLevel } from "./second-level.ts";

/**
 * Entities that are read from memory and never wrong for it: docs/consistency.md says how. Writes go on telling it what they change
 * where nothing is read from it, as other processes may read.
 */
export interface EntityCache extends Part, EntityReads, CacheWrites {
  readonly readTogether: ReadTogether;
  /** For the writes of one request. A `write` of the cache itself is settled when it returns. */
  together(): RequestWrites;
  /**
   * How new all is that is read from now on, for the gateway: `NAMES EPOCH NUMBER`, the last drop that this process has heard, or
   * `NAMES * *`, all that is committed. Undefined while it cannot tell.
   * @param reading whether anything is read from the cache
   */
  heard(reading: "on" | "off"): string | undefined;
  appearAt(registry: Registry): void;
}

export interface EntityCacheOptions {
  readonly service: string;
  /** Of all processes of the service or of none; without it there is one process. */
  readonly redisUrl: string | undefined;
  readonly database: Pick<Database, "query" | "calls">;
  readonly log: Log;
  /** That of the process. */
  readonly outage?: RedisOutage;
  /** Milliseconds for which a replica may serve what it has heard nothing against; three seconds unless said otherwise. */
  readonly lease?: number;
}

/** Milliseconds that a command of Redis may take: of a read, which can do without, and of a write. */
const timeouts = { read: 15, write: 500 };
const firstLevel = { maxRows: 20_000, ttl: 30_000 };
/** Known as long as an entry lives in Redis, and longer. */
const acquaintance = { perSecond: 40, memory: 90_000, places: 65_536 };

export function createEntityCache(options: EntityCacheOptions): EntityCache {
  return options.redisUrl === undefined
    ? createLonelyCache(options)
    : createReplicatedCache({ ...options, redisUrl: options.redisUrl });
}

/** Of the only process of its service. */
function createLonelyCache({ database }: EntityCacheOptions): EntityCache {
  const { apart } = database.calls;
  const first = createFirstLevel(firstLevel);
  const isCurrent = (): boolean => true;
  const metrics = createCacheMetrics({ isCurrent, size: first.size });
  const isUnsettled = (): boolean => false;
  const writes = createLonelyWrites(first);
  const common = { first, isCurrent, isUnsettled };
  const newcomers = createNewcomers(acquaintance);
  const reads = createEntityReads({ ...common, second: undefined, newcomers, metrics, apart });
  return {
    name: "entity cache",
    areNew: reads.areNew,
    read: reads.read,
    readTogether: createReadTogether(common, reads),
    write: writes.write,
    writeAtOnce: writes.writeAtOnce,
    together: () => writes,
    heard: () => undefined,
    appearAt: metrics.appearAt,
    start: async () => undefined,
    stop: async () => undefined,
  };
}

function createReplicatedCache(
  options: EntityCacheOptions & { readonly redisUrl: string },
): EntityCache {
  const { database, lease = usualLease, log, service, redisUrl: url } = options;
  const { outage = createRedisOutage(log) } = options;
  const replica = randomUUID();
  const open = (purpose: string, commandTimeout?: number): Redis =>
    createRedis({ url, name: `${service}-cache-${purpose}`, log, outage, commandTimeout });
  const reads = open("reads", timeouts.read);
  const writes = open("writes", timeouts.write);
  const stream = open("stream");
  const first = createFirstLevel(firstLevel);
  const namespace = createNamespace(service, database);
  const common = { names: namespace, replica, lease, log, writes };
  const second = createSecondLevel({ ...common, reads });
  const outbox = createDropOutbox(database);
  const relay = createDropRelay({ namespace, outbox, second, writes, lease, log });
  const hearing = createHearing({ ...common, copies: first, stream });
  const { isCurrent } = hearing;
  const { apart } = database.calls;
  const metrics = createCacheMetrics({ isCurrent, size: first.size });
  const drops = createDrops({ first, second, hearing, outbox, metrics, lease, log });
  const parts = [reads, writes, stream, relay, hearing, drops];
  const local = { first, isCurrent, isUnsettled: drops.isUnsettled };
  const newcomers = createNewcomers(acquaintance);
  const entities = createEntityReads({ ...local, second, newcomers, metrics, apart });
  const together = (): RequestWrites => createRequestWrites(drops);
  async function alone<Result>(write: (writes: RequestWrites) => Promise<Result>): Promise<Result> {
    const writes = together();
    const result = await write(writes);
    await writes.settled();
    return result;
  }
  return {
    ...createLifecycle("entity cache", parts, log),
    areNew: entities.areNew,
    read: entities.read,
    readTogether: createReadTogether(local, entities),
    together,
    write: (work) => alone(({ write }) => write(work)),
    writeAtOnce: (work) => alone(({ writeAtOnce }) => writeAtOnce(work)),
    heard(reading) {
      if (reading === "off") {
        const names = namespace.at(writes.run());
        return names && `${names} * *`;
      }
      const { at, epoch, number } = hearing.position() ?? {};
      return at && `${at} ${epoch} ${number}`;
    },
    appearAt: metrics.appearAt,
  };
}
