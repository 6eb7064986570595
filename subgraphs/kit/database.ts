import pg from "pg";
import type { Sql } from "sql-template-tag";
import type { Part } from "../../runtime/lifecycle.ts";
import type { Log } from "../../runtime/log.ts";
import { type Calls, createCalls } from "./database/calls.ts";
import { createPoolOfCalls } from "./database/pool-of-calls.ts";
import { createStatementNames, type NameStatement } from "./statements.ts";

/** A statement that was sent to the database. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

export interface DatabaseOptions {
  readonly url: string;
  /** Connections of this process at most. */
  readonly poolSize: number;
  /** Milliseconds that one statement may take. */
  readonly statementTimeout: number;
  readonly log: Log;
  /** Hears of every statement, those of Prisma and of transactions included. */
  readonly onStatement?: (statement: Statement) => void;
}

/** One pool for the raw statements of a store and for its Prisma client. */
export interface Database extends Part {
  readonly pool: pg.Pool;
  /** The requests for which it works: their statements end with them. */
  readonly calls: Calls;
  readonly nameStatement: NameStatement;
  query<Row extends pg.QueryResultRow>(statement: Sql): Promise<readonly Row[]>;
}

export function createDatabase(options: DatabaseOptions): Database {
  const nameStatement = createStatementNames();
  const calls = createCalls();
  const poolOptions: pg.PoolConfig = {
    connectionString: options.url,
    max: options.poolSize,
    connectionTimeoutMillis: 2_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: options.statementTimeout,
    query_timeout: options.statementTimeout + 1_000,
    lock_timeout: options.statementTimeout,
    idle_in_transaction_session_timeout: 10_000,
    // Parallel plans cost more than they bring for the short statements of a graph.
    options: "-c TimeZone=UTC -c jit=off -c max_parallel_workers_per_gather=0",
  };
  const { onStatement } = options;
  const Client = onStatement === undefined ? pg.Client : observedClient(onStatement);
  const pool = createPoolOfCalls(poolOptions, calls, Client);
  pool.on("error", (error) =>
    options.log.warn({ err: error }, "an idle database connection broke"),
  );

  return {
    name: "database",
    pool,
    calls,
    nameStatement,
    async query<Row extends pg.QueryResultRow>(statement: Sql) {
      const { text, values } = statement;
      const result = await pool.query<Row>({ name: nameStatement(text) as string, text, values });
      return result.rows;
    },
    start: () => openAll(pool),
    stop: () => pool.end(),
  };
}

/**
 * Opens all connections of a pool, so that no request waits for one: each takes several round trips and the work of a password,
 * and most of them are wanted at once. Those that cannot be had are opened when they are wanted.
 */
async function openAll(pool: pg.Pool): Promise<void> {
  const opening = Array.from({ length: pool.options.max }, () => pool.connect());
  for (const opened of await Promise.allSettled(opening)) {
    if (opened.status === "fulfilled") opened.value.release();
  }
}

function observedClient(onStatement: (statement: Statement) => void): typeof pg.Client {
  return class extends pg.Client {
    // biome-ignore lint/suspicious/noExplicitAny: pg overloads `query` in eight ways, all with the statement first
    override query(...args: any[]): any {
      const [config, values] = args;
      const text = typeof config === "string" ? config : config?.text;
      if (typeof text === "string") {
        onStatement({ text, values: config?.values ?? (Array.isArray(values) ? values : []) });
      }
      return super.query(...(args as Parameters<pg.Client["query"]>));
    }
  };
}
