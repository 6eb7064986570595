import { createHash } from "node:crypto";
import sql from "sql-template-tag";
import { type Names, namesOf } from "../../../runtime/hearing/names.ts";
import type { Database } from "../database.ts";

/** The names under which a service keeps things in Redis: they hold which database it has. */
export interface Namespace extends Names {
  /** Asks the database which one it is, once. @throws while the database cannot be asked */
  learn(): Promise<void>;
}

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
        : namesOf(`${service}:${identity}`, run),
  };
}
