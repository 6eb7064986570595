import type { GraphQLResolveInfo } from "graphql";
import type { Viewer } from "../../../runtime/identity.ts";
import { parseInput } from "../../kit/input.ts";
import {
  cursorColumns,
  cursorOf,
  type Edge,
  type Page,
  type PageArguments,
  type PageInfo,
  pageEnds,
  parsePage,
  rowsOfPage,
} from "../../kit/pagination.ts";
import { objectTypeOf, selectedFields } from "../../kit/selection.ts";
import type { UserColumn, UserRow } from "../store/user-columns.ts";
import type { UserOrderName } from "../store/user-orders.ts";
import type { UserStore } from "../store/user-store.ts";
import { searchArgument } from "./inputs.ts";
import { selectedColumns } from "./user-selection.ts";

export interface UsersArguments extends PageArguments {
  readonly search?: string | null | undefined;
  readonly orderBy?: UserOrderName | null | undefined;
}

export type UserPageEdge = Edge<UserRow>;

/** A page of users. Its rows are read once, when the first field that needs them is resolved; so is its count. */
export interface UserPage {
  edges(): Promise<readonly UserPageEdge[]>;
  pageInfo(): Promise<PageInfo>;
  totalCount(): Promise<number>;
}

/** @throws BAD_USER_INPUT, INVALID_CURSOR */
export function createUserPage(
  store: UserStore,
  viewer: Viewer,
  args: UsersArguments,
  info: GraphQLResolveInfo,
): UserPage {
  const page = parsePage("Query.users", store.orders[args.orderBy ?? "CREATED_AT_DESC"], args);
  const search = parseInput("search", searchArgument, args.search) ?? undefined;
  const withCursors = selectsCursors(info);
  const columns = columnsOfPage(page, withCursors, info);
  let reading: Promise<readonly UserRow[]> | undefined;
  const read = (): Promise<readonly UserRow[]> => {
    reading ??= store.page(page, search, columns, viewer);
    return reading;
  };
  let counting: Promise<number> | undefined;
  const count = (): Promise<number> => {
    counting ??= store.count(search);
    return counting;
  };
  // A cursor's columns are not read when no cursor is selected, so none is made.
  const cursor = (row: UserRow): string =>
    withCursors ? cursorOf<UserColumn>(page, row, String(row.id)) : "";

  return {
    async edges() {
      return rowsOfPage(page, await read()).map((node) => ({ node, cursor: cursor(node) }));
    },
    async pageInfo() {
      const rows = rowsOfPage(page, await read());
      const [first, last] = [rows.at(0), rows.at(-1)];
      return {
        ...pageEnds(page, await read()),
        startCursor: first === undefined ? null : cursor(first),
        endCursor: last === undefined ? null : cursor(last),
      };
    },
    totalCount: count,
  };
}

function columnsOfPage(
  page: Page<UserColumn>,
  withCursors: boolean,
  info: GraphQLResolveInfo,
): readonly UserColumn[] {
  const ofNodes = selectedColumns(info, objectTypeOf(info), ["edges", "node"]);
  if (!withCursors) return ofNodes;
  return [...new Set([...ofNodes, ...cursorColumns(page.order, "id")])].sort();
}

function selectsCursors(info: GraphQLResolveInfo): boolean {
  const connection = objectTypeOf(info);
  if (selectedFields(info, connection, ["edges"]).has("cursor")) return true;
  const ofPageInfo = selectedFields(info, connection, ["pageInfo"]);
  return ofPageInfo.has("startCursor") || ofPageInfo.has("endCursor");
}
