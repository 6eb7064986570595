import sql, { raw, type Sql } from "sql-template-tag";
import { failure } from "../../runtime/errors.ts";
import { type CursorKey, decodeCursor, encodeCursor } from "./cursor.ts";

/** The arguments of every connection. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** A total order of rows: `key`, then the id, both in `direction`. */
export interface Order<Column extends string> {
  readonly name: string;
  /** SQL of the key over the row's alias; must not be null. */
  readonly key: string;
  /** SQL type of the key, to which a cursor's text is cast. */
  readonly type: "timestamptz" | "text" | "uuid" | `"${string}"`;
  readonly direction: "ASC" | "DESC";
  /** The column that holds the key in a row that was read, and what stands in its place when it is null. */
  readonly column: Column;
  readonly whenNull?: string;
  /** Whether a cursor's text can be cast to `type`. */
  readonly accepts: (text: string) => boolean;
}

/** One page of a connection, checked. */
export interface Page<Column extends string> {
  readonly scope: string;
  readonly order: Order<Column>;
  readonly size: number;
  readonly backward: boolean;
  readonly after: CursorKey | undefined;
  readonly before: CursorKey | undefined;
}

export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

export interface Edge<Row> {
  readonly cursor: string;
  readonly node: Row;
}

const defaultSize = 20;
const maxSize = 100;

/**
 * @param scope the connection that cursors belong to, as `Type.field`
 * @throws BAD_USER_INPUT for a size out of bounds or `first` with `last`; INVALID_CURSOR for a cursor of another connection or order
 */
export function parsePage<Column extends string>(
  scope: string,
  order: Order<Column>,
  args: PageArguments,
): Page<Column> {
  const { first, last } = args;
  if (first != null && last != null) {
    throw failure("BAD_USER_INPUT", "Give `first` or `last`, not both.", { argument: "last" });
  }
  for (const [argument, size] of [
    ["first", first],
    ["last", last],
  ] as const) {
    if (size != null && (size < 1 || size > maxSize)) {
      throw failure("BAD_USER_INPUT", `\`${argument}\` is from 1 to ${maxSize}; it was ${size}.`, {
        argument,
      });
    }
  }
  const cursorScope = `${scope}/${order.name}`;
  return {
    scope: cursorScope,
    order,
    size: last ?? first ?? defaultSize,
    backward: last != null,
    after: decodeCursor("after", args.after, cursorScope, order.accepts),
    before: decodeCursor("before", args.before, cursorScope, order.accepts),
  };
}

/** The columns that make a row's cursor. */
export function cursorColumns<Column extends string>(
  order: Order<Column>,
  id: Column,
): readonly Column[] {
  return order.column === id ? [id] : [order.column, id];
}

/** What a row must fulfil to lie between the cursors. `id` is the SQL of the tie breaker. */
export function betweenCursors(page: Page<string>, id: string): Sql {
  const { after, before, order } = page;
  const forward = order.direction === "ASC" ? ">" : "<";
  const backward = order.direction === "ASC" ? "<" : ">";
  const conditions = [sql`true`];
  if (after !== undefined) conditions.push(beyond(after, forward, order, id));
  if (before !== undefined) conditions.push(beyond(before, backward, order, id));
  return conditions.reduce((all, one) => sql`${all} AND ${one}`);
}

/** `ORDER BY … LIMIT …` of the page: one row more than asked, to know whether another page follows. */
export function orderAndLimit(page: Page<string>, id: string): Sql {
  const ascending = (page.order.direction === "ASC") !== page.backward;
  const direction = ascending ? "ASC" : "DESC";
  return sql`ORDER BY ${raw(page.order.key)} ${raw(direction)}, ${raw(id)} ${raw(direction)} LIMIT ${page.size + 1}`;
}

/** The rows of the page in the connection's order, out of what `orderAndLimit` read. */
export function rowsOfPage<Row>(page: Page<string>, read: readonly Row[]): readonly Row[] {
  const rows = read.length > page.size ? read.slice(0, page.size) : read;
  return page.backward ? rows.toReversed() : rows;
}

/** Whether there are rows beyond both ends of the page; the end that was not read follows from the cursor that was given. */
export function pageEnds(
  page: Page<string>,
  read: readonly unknown[],
): Pick<PageInfo, "hasNextPage" | "hasPreviousPage"> {
  const more = read.length > page.size;
  return page.backward
    ? { hasPreviousPage: more, hasNextPage: page.before !== undefined }
    : { hasNextPage: more, hasPreviousPage: page.after !== undefined };
}

/** The cursor of a row that was read with its `cursorColumns`. */
export function cursorOf<Column extends string>(
  page: Page<Column>,
  row: Readonly<Partial<Record<Column, unknown>>>,
  id: string,
): string {
  const key = row[page.order.column] ?? page.order.whenNull;
  return encodeCursor(page.scope, String(key), id);
}

function beyond(cursor: CursorKey, sign: ">" | "<", order: Order<string>, id: string): Sql {
  return sql`(${raw(order.key)}, ${raw(id)}) ${raw(sign)} (${cursor.key}::${raw(order.type)}, ${cursor.id}::uuid)`;
}
