import type { GraphQLResolveInfo } from "graphql";
import type { Loader } from "./loader.ts";
import {
  cursorColumns,
  cursorOf,
  type Edge,
  type Page,
  type PageInfo,
  pageEnds,
  rowsOfPage,
} from "./pagination.ts";
import { type ColumnsOfFields, columnsOf, objectTypeOf, selectedFields } from "./selection.ts";

/** The rows of a page as they are read, see `rowsOfPage`, and how many there are on all pages, both by parent. */
export interface Pages<Row, Column extends string> {
  readonly rows: Loader<readonly Row[], Column>;
  readonly totals: Loader<number, never>;
}

/** A connection with the parts that were selected. */
export interface Connection<Row> {
  readonly edges?: readonly Edge<Row>[];
  readonly pageInfo?: PageInfo;
  readonly totalCount?: number;
}

/** What the selection of a connection asks for; the same for all parents of a position. */
export interface ConnectionPlan<Row, Column extends string> {
  readonly page: Page<Column>;
  readonly pages: Pages<Row, Column>;
  /** Undefined when no row is needed. */
  readonly columns: readonly Column[] | undefined;
  readonly edgeCursors: boolean;
  readonly endCursors: boolean;
  readonly totals: boolean;
}

/** How rows become nodes and cursors. */
export interface Nodes<Column extends string> {
  readonly columns: ColumnsOfFields<Column>;
  /** The column that breaks ties. */
  readonly id: Column;
}

/** Works out what the selection at this position needs of a page; nothing is read yet. */
export function planConnection<Row, Column extends string>(
  info: GraphQLResolveInfo,
  page: Page<Column>,
  pages: Pages<Row, Column>,
  nodes: Nodes<Column>,
): ConnectionPlan<Row, Column> {
  const type = objectTypeOf(info);
  const top = selectedFields(info, type);
  const edge = top.has("edges") ? selectedFields(info, type, ["edges"]) : none;
  const pageInfo = top.has("pageInfo") ? selectedFields(info, type, ["pageInfo"]) : none;
  const node = edge.has("node") ? selectedFields(info, type, ["edges", "node"]) : none;
  const edgeCursors = edge.has("cursor");
  const endCursors = pageInfo.has("startCursor") || pageInfo.has("endCursor");
  const cursors = edgeCursors || endCursors ? cursorColumns(page.order, nodes.id) : [];
  const needsRows = edge.size > 0 || [...pageInfo].some((field) => field !== "__typename");
  return {
    page,
    pages,
    edgeCursors,
    endCursors,
    totals: top.has("totalCount"),
    columns: needsRows
      ? [...new Set([...columnsOf(node, nodes.columns), ...cursors])].sort()
      : undefined,
  };
}

/** One parent's connection: at most one read of rows and one of the total, each shared with the other parents. */
export async function readConnection<
  Row extends Readonly<Partial<Record<Column, unknown>>>,
  Column extends string,
>(plan: ConnectionPlan<Row, Column>, parent: string, id: Column): Promise<Connection<Row>> {
  const { columns, edgeCursors, endCursors, page, pages } = plan;
  const [read, totalCount] = await Promise.all([
    columns === undefined ? undefined : pages.rows.load(parent, columns),
    plan.totals ? pages.totals.load(parent, []) : 0,
  ]);
  // `pageInfo { __typename }` needs the object, not what is in it.
  if (read === undefined) return { totalCount, edges: [], pageInfo: noRows };
  const rows = rowsOfPage(page, read);
  const cursor = (row: Row | undefined): string | null =>
    row === undefined ? null : cursorOf(page, row, String(row[id]));
  return {
    totalCount,
    edges: rows.map((node) => ({ node, cursor: edgeCursors ? String(cursor(node)) : "" })),
    pageInfo: {
      ...pageEnds(page, read),
      startCursor: endCursors ? cursor(rows[0]) : null,
      endCursor: endCursors ? cursor(rows.at(-1)) : null,
    },
  };
}

const none: ReadonlySet<string> = new Set();
const noRows: PageInfo = {
  hasNextPage: false,
  hasPreviousPage: false,
  startCursor: null,
  endCursor: null,
};
