import { createHash } from "node:crypto";
import sql from "sql-template-tag";
import type { Database } from "../database.ts";

/** The names under which a service keeps things in Redis. */
export interface Namespace {
  /** Asks the database which one it is, once. @throws while the database cannot be asked */
  learn(): Promise<void>;
  /** What the names begin with on the server of this run; undefined while nobody knows. */
  at(run: string | undefined): string | undefined;
}

/**
 * The names hold the database, as two graphs may use one Redis, and the run of the Redis server: what was written to one server is not
 * read from another, which may have missed a drop before it took over.
 */
export function createNamespace(service: string, database: Pick<Database, "query">): Namespace {
  let identity: string | undefined;
  return {
    async learn() {
      if (identity !== undefined) return;
      const [row] = await database.query<{ cluster: string; database: string }>(
        sql`SELECT c.system_identifier::text AS cluster, d.oid::text AS database
            FROM pg_control_system() c, pg_database d WHERE d.datname = current_database()`,
      );
      identity = createHash("sha256").update(JSON.stringify(row)).digest("hex").slice(0, 12);
    },
    at: (run) =>
      identity === undefined || run === undefined
        ? undefined
        : `supergraph:${service}:${identity}:${run.slice(0, 12)}:`,
  };
}

/** @throws while nobody knows it */
export function namesAt(namespace: Namespace, run: string | undefined): string {
  const at = namespace.at(run);
  if (at === undefined) throw new Error("Redis cannot be reached");
  return at;
}
