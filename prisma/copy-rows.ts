import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { seedIndex, seedRange } from "./seed-ids.ts";

/** A value as COPY takes it; an array is one of PostgreSQL's. */
export type Cell = string | number | Date | null | readonly string[];

/** Rows in one COPY statement. Foreign keys are checked at the end of each, and the rows to check are remembered until then. */
const chunk = 50_000;
/** Rows that are written to the wire at once. */
const batch = 200;

export interface CopyOptions {
  readonly table: string;
  readonly columns: readonly string[];
  readonly onRows?: ((rows: number) => void) | undefined;
}

/** Copies rows into a table as fast as it takes them, holding a few hundred in memory. @returns how many */
export async function copyRows(
  client: pg.ClientBase,
  { table, columns, onRows }: CopyOptions,
  rows: Iterable<readonly Cell[]>,
): Promise<number> {
  const iterator = rows[Symbol.iterator]();
  let next = iterator.next();
  let copied = 0;

  function* lines(): Generator<string> {
    const end = copied + chunk;
    while (!next.done && copied < end) {
      let text = "";
      let count = 0;
      for (; !next.done && count < batch; count += 1) {
        text += `${next.value.map(encode).join("\t")}\n`;
        next = iterator.next();
      }
      copied += count;
      onRows?.(count);
      yield text;
    }
  }

  while (!next.done) {
    const copy = client.query(copyFrom(`COPY ${table} (${columns.join(", ")}) FROM STDIN`));
    await pipeline(Readable.from(lines()), copy);
  }
  return copied;
}

/** The number that the next made-up row of a table gets. */
export async function nextSeedIndex(client: pg.ClientBase, table: string): Promise<number> {
  const last = `SELECT id FROM ${table} WHERE id >= $1 AND id < $2 ORDER BY id DESC LIMIT 1`;
  const { rows } = await client.query<{ id: string }>(last, [...seedRange()]);
  return rows[0] === undefined ? 0 : seedIndex(rows[0].id) + 1;
}

function encode(cell: Cell): string {
  if (cell === null) return "\\N";
  if (typeof cell === "string") return escapeText(cell);
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell === "number") return String(cell);
  const elements = cell.map((text) => `"${text.replace(/["\\]/g, "\\$&")}"`);
  return escapeText(`{${elements.join(",")}}`);
}

function escapeText(text: string): string {
  return /[\\\t\n\r]/.test(text)
    ? text
        .replaceAll("\\", "\\\\")
        .replaceAll("\t", "\\t")
        .replaceAll("\n", "\\n")
        .replaceAll("\r", "\\r")
    : text;
}
