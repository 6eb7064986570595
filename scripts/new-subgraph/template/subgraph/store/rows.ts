import { raw, type Sql } from "sql-template-tag";

/** A row as it was read: only the columns that were asked for. Times are RFC 3339 text. */
export type ThingRow = Readonly<
  Partial<{
    id: string;
    title: string;
    ownerId: string;
    createdAt: string;
  }>
>;

export type ThingColumn = keyof ThingRow;

const columns: Readonly<Record<ThingColumn, string>> = {
  id: "t.id",
  title: "t.title",
  ownerId: "t.owner_id",
  createdAt: "t.created_at",
};

/** The select list over `things t`. */
export function projection(wanted: readonly ThingColumn[]): Sql {
  return raw(wanted.map((column) => `${columns[column]} AS "${column}"`).join(", "));
}
