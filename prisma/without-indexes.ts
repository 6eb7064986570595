import type pg from "pg";

/** Below this many rows, indexes that are there cost less than new ones. */
const worthwhile = 50_000;

/**
 * Runs `work`, which adds rows to tables, and when these are many and more than there are already, makes the indexes afterwards in
 * half the time. In a transaction: others wait for the tables until it ends, and find the indexes as they were if it fails.
 */
export async function withoutIndexes<Result>(
  client: pg.ClientBase,
  tables: readonly string[],
  added: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const sizes = await client.query<{ rows: number }>(
    "SELECT coalesce(max(reltuples), 0)::float8 AS rows FROM pg_class WHERE oid = ANY ($1::regclass[])",
    [tables],
  );
  if (added < Math.max(worthwhile, sizes.rows[0]?.rows ?? 0)) return work();
  const indexes = await client.query<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
     FROM pg_index WHERE indrelid = ANY ($1::regclass[]) AND NOT indisprimary
       AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)`,
    [tables],
  );
  for (const { name } of indexes.rows) await client.query(`DROP INDEX ${name}`);
  const result = await work();
  await client.query("SET LOCAL maintenance_work_mem = '256MB'");
  for (const { definition } of indexes.rows) await client.query(definition);
  return result;
}
