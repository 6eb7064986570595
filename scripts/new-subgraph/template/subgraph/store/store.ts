import { PrismaPg } from "@prisma/adapter-pg";
import sql from "sql-template-tag";
import { PrismaClient } from "../../../prisma/things/generated/client.ts";
import type { Database } from "../../kit/database.ts";
import { isUuid } from "../../kit/input.ts";
import { betweenCursors, type Order, orderAndLimit, type Page } from "../../kit/pagination.ts";
import { arrayOf, readById, readRows } from "../../kit/read-rows.ts";
import { projection, type ThingColumn, type ThingRow } from "./rows.ts";

/**
 * The things database. Everything in it may be read by anyone: a rule of who sees what belongs into these statements. No row changes
 * once it is there, so the schema lets things be kept for everyone, by time alone; either rule ends with that.
 */
export interface Store {
  /** In one statement, whatever the number of ids; every row has its `id`, unknown ones are missing. */
  byIds(
    ids: readonly string[],
    columns: readonly ThingColumn[],
  ): Promise<ReadonlyMap<string, ThingRow>>;
  /** A page in the order in which it is read, with one row more than its size when there are more. */
  page(page: Page<ThingColumn>, columns: readonly ThingColumn[]): Promise<readonly ThingRow[]>;
  count(): Promise<number>;
  readonly newestFirst: Order<ThingColumn>;
  insert(row: NewThing): Promise<void>;
}

export interface NewThing {
  readonly id: string;
  readonly title: string;
  readonly ownerId: string;
  readonly createdAt: Date;
}

/** Ids grow with time. */
const newestFirst: Order<ThingColumn> = {
  name: "CREATED_AT_DESC",
  key: "t.id",
  type: "uuid",
  column: "id",
  direction: "DESC",
  accepts: isUuid,
};

/** Reads and writes share the pool of `database`, which ends with it. */
export function createStore(database: Database): Store {
  const adapter = new PrismaPg(database.pool, {
    statementNameGenerator: ({ sql }) => database.nameStatement(sql) as string,
  });
  const prisma = new PrismaClient({ adapter });
  return {
    newestFirst,
    byIds(ids, columns) {
      const wanted: readonly ThingColumn[] = columns.includes("id") ? columns : [...columns, "id"];
      return readById(
        database,
        sql`SELECT ${projection(wanted)} FROM "things" t WHERE t.id = ANY(${arrayOf(ids)}::uuid[])`,
      );
    },
    page: (page, columns) =>
      readRows(
        database,
        sql`SELECT ${projection(columns)} FROM "things" t WHERE ${betweenCursors(page, "t.id")} ${orderAndLimit(page, "t.id")}`,
      ),
    async count() {
      const [answer] = await database.query<{ total: number }>(
        sql`SELECT count(*)::int AS total FROM "things" t`,
      );
      return answer?.total ?? 0;
    },
    async insert(row) {
      await prisma.thing.create({ data: row, select: { id: true } });
    },
  };
}
