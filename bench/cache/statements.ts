import { type House, withClient } from "../house.ts";

/** Settings of a PostgreSQL that counts statements. */
export const countingSettings = { shared_preload_libraries: "pg_stat_statements" };

/**
 * Statements that users and todos have sent so far, but for those that begin and end transactions and those that look into the outbox or clear
 * it, which no request waits for.
 */
export async function statementsOf(house: House): Promise<number> {
  return withClient(house.databaseUrl("users"), async (client) => {
    await client.query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
    const { rows } = await client.query<{ all: number }>(
      `SELECT coalesce(sum(s.calls), 0)::float8 AS all
       FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid
       WHERE r.rolname IN ('users', 'todos') AND s.query !~* '^\\s*(SELECT|DELETE|UPDATE)\\s.*outbox' AND s.query !~* '^(BEGIN|COMMIT|ROLLBACK)'`,
    );
    return rows[0]?.all ?? 0;
  });
}
