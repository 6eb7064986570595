import { PrismaPg } from "@prisma/adapter-pg";
import sql from "sql-template-tag";
import { PrismaClient } from "../../../prisma/things/generated/client.ts";
import type { Database } from "../../kit/database.ts";
import { projection, type ThingColumn, type ThingRow } from "./rows.ts";

/** The things database. Everything in it may be read by anyone: a rule of who sees what belongs into these statements. */
export interface Store {
  /** In one statement, whatever the number of ids; every row has its `id`, unknown ones are missing. */
  byIds(
    ids: readonly string[],
    columns: readonly ThingColumn[],
  ): Promise<ReadonlyMap<string, ThingRow>>;
  insert(row: NewThing): Promise<void>;
}

export interface NewThing {
  readonly id: string;
  readonly title: string;
  readonly ownerId: string;
  readonly createdAt: Date;
}

/** Reads and writes share the pool of `database`, which ends with it. */
export function createStore(database: Database): Store {
  const adapter = new PrismaPg(database.pool, {
    statementNameGenerator: ({ sql }) => database.nameStatement(sql) as string,
  });
  const prisma = new PrismaClient({ adapter });
  return {
    async byIds(ids, columns) {
      const wanted: readonly ThingColumn[] = columns.includes("id") ? columns : [...columns, "id"];
      // One JSON text is read several times faster than rows of typed columns.
      const [answer] = await database.query<{ rows: readonly ThingRow[] }>(
        sql`SELECT coalesce(json_agg(r), '[]') AS rows FROM (SELECT ${projection(wanted)} FROM things t WHERE t.id = ANY(${`{${ids.join(",")}}`}::uuid[])) r`,
      );
      return new Map((answer?.rows ?? []).map((row) => [String(row.id), row]));
    },
    async insert(row) {
      await prisma.thing.create({ data: row, select: { id: true } });
    },
  };
}
