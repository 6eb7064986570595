import sql from "sql-template-tag";
import { createLog } from "../../runtime/log.ts";
import { createEntityCache, type EntityCache } from "../../subgraphs/kit/cache/entity-cache.ts";
import { type EntityKind, keyOf } from "../../subgraphs/kit/cache/entity-reads.ts";
import { createDatabase, type Database } from "../../subgraphs/kit/database.ts";
import { createTestDatabase } from "./databases.ts";

/** Entities of the tests: a row of an id and a number. */
const countersOf = (version: number): EntityKind => ({ name: "counter", version });

/** Milliseconds; shorter than usual, so that what waits for its end does not wait long. */
const lease = 1_000;

export interface Counter {
  readonly id: string;
  readonly value: number;
  /** Of the replica that read it from the database. */
  readonly version: number;
}

/** One process' cache over the database that all replicas have in common. */
export interface Replica {
  readonly cache: EntityCache;
  readonly database: Database;
  /** Reads of the database that this replica made so far. */
  loads(): number;
  /** Makes reads of the database take so many milliseconds, after the row was read. */
  slow(milliseconds: number): void;
  read(ids: readonly string[]): Promise<ReadonlyMap<string, Counter | null>>;
  value(id: string): Promise<number | undefined>;
  /** As `value`, from the database, whatever the cache has. */
  alone(id: string): Promise<number | undefined>;
  write(id: string, value: number): Promise<void>;
  /** Commits and dies before it drops anything. */
  writeAndDie(id: string, value: number): Promise<void>;
  stop(): Promise<void>;
}

export interface Replicas {
  readonly all: readonly Replica[];
  /**
   * @param redisUrl another way to Redis than that of the others
   * @param version of the shape of its counters; 1 unless said otherwise
   */
  add(redisUrl?: string, version?: number): Promise<Replica>;
  stop(): Promise<void>;
}

export async function startReplicas(
  count: number,
  redisUrl: string | undefined,
): Promise<Replicas> {
  const test = await createTestDatabase("users");
  const log = createLog("test", "silent");
  const all: Replica[] = [];
  const create = (): Database =>
    createDatabase({ url: test.url, poolSize: 8, statementTimeout: 5_000, log });
  const setup = create();
  await setup.query(sql`CREATE TABLE counters (id text PRIMARY KEY, value int NOT NULL)`);
  await setup.stop();

  async function add(way: string | undefined = redisUrl, version = 1): Promise<Replica> {
    const counters = countersOf(version);
    const database = create();
    const cache = createEntityCache({ service: "counters", redisUrl: way, database, log, lease });
    let loads = 0;
    let delay = 0;

    async function load(ids: readonly string[]): Promise<ReadonlyMap<string, Counter>> {
      loads += 1;
      const rows = await database.query<Counter & Record<string, unknown>>(
        sql`SELECT id, value FROM counters WHERE id = ANY(${ids})`,
      );
      if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
      return new Map(rows.map(({ id, value }) => [id, { id, value, version }]));
    }

    /** @throws after the commit when `crash` is set */
    async function commit(id: string, value: number, crash: boolean): Promise<void> {
      await cache.write(async (announce) => {
        const client = await database.pool.connect();
        try {
          await client.query("BEGIN");
          await client.query(
            "INSERT INTO counters VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET value = $2",
            [id, value],
          );
          await announce([keyOf(counters, id)], ({ text, values }) => client.query(text, values));
          await client.query("COMMIT");
        } finally {
          client.release();
        }
        if (crash) throw new Error("died");
      });
    }

    const replica: Replica = {
      cache,
      database,
      loads: () => loads,
      slow: (milliseconds) => {
        delay = milliseconds;
      },
      read: (ids) => cache.read<Counter>(counters, ids, load),
      value: async (id) => (await cache.read<Counter>(counters, [id], load)).get(id)?.value,
      alone: async (id) => (await load([id])).get(id)?.value,
      write: (id, value) => commit(id, value, false),
      writeAndDie: (id, value) => commit(id, value, true).catch(() => undefined),
      async stop() {
        all.splice(all.indexOf(replica), 1);
        await cache.stop();
        await database.stop();
      },
    };
    await cache.start();
    all.push(replica);
    return replica;
  }

  for (let index = 0; index < count; index++) await add();
  return {
    all,
    add,
    async stop() {
      await Promise.all([...all].map((replica) => replica.stop()));
      await test.drop();
    },
  };
}
