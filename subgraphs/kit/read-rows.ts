import sql, { type Sql } from "sql-template-tag";
import type { Database } from "./database.ts";

/** What reads need of the database. */
export type Queries = Pick<Database, "query">;

/** An array literal of ids, handles and the like, whose letters need no quoting. */
export function arrayOf(words: readonly string[]): string {
  return `{${words.join(",")}}`;
}

/** The rows of one select. They come as one JSON text, which is read several times faster than rows of columns. */
export async function readRows<Row>(database: Queries, select: Sql): Promise<readonly Row[]> {
  const [answer] = await database.query<{ rows: string | null }>(
    sql`SELECT json_agg(x)::text AS rows FROM (${select}) x`,
  );
  return parseArray(answer?.rows);
}

/** The rows of one select, which must have an `id`, by their ids. */
export async function readById<Row extends { readonly id?: string }>(
  database: Queries,
  select: Sql,
): Promise<ReadonlyMap<string, Row>> {
  const rows = await readRows<Row>(database, select);
  return new Map(rows.map((row) => [String(row.id), row]));
}

/**
 * The rows of one select for each parent, in one statement.
 * @param parents a FROM item with the column `p.id`
 * @param select refers to `p.id`
 */
export function readPerParent<Row>(
  database: Queries,
  parents: Sql,
  select: Sql,
): Promise<ReadonlyMap<string, readonly Row[]>> {
  return readValuePerParent(
    database,
    parents,
    sql`SELECT coalesce(json_agg(x), '[]') AS value FROM (${select}) x`,
  );
}

/** One JSON value for each parent, in one statement. `select` gives one row with the one column `value`. */
export async function readValuePerParent<Value>(
  database: Queries,
  parents: Sql,
  select: Sql,
): Promise<ReadonlyMap<string, Value>> {
  const [answer] = await database.query<{ pairs: string | null }>(
    sql`SELECT json_agg(json_build_array(p.id, x.value))::text AS pairs FROM ${parents} CROSS JOIN LATERAL (${select}) x`,
  );
  return new Map(parseArray<[string, Value]>(answer?.pairs));
}

/** One row for each id, as the FROM item of `readPerParent`. */
export function eachOf(ids: readonly string[]): Sql {
  return sql`unnest(${arrayOf(ids)}::uuid[]) AS p(id)`;
}

function parseArray<Item>(text: string | null | undefined): readonly Item[] {
  return text == null ? [] : (JSON.parse(text) as Item[]);
}
