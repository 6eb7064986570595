import type { GraphQLResolveInfo } from "graphql";
import { type Connection, planConnection, readConnection } from "../../kit/connection.ts";
import { parseInput } from "../../kit/input.ts";
import { type PageArguments, parsePage } from "../../kit/pagination.ts";
import type { UserLoaders } from "../loaders.ts";
import type { UserColumn, UserRow } from "../store/user-columns.ts";
import type { UserOrderName } from "../store/user-orders.ts";
import type { UserStore } from "../store/user-store.ts";
import { searchArgument } from "./inputs.ts";
import { userFields } from "./user-selection.ts";

export interface UsersArguments extends PageArguments {
  readonly search?: string | null | undefined;
  readonly orderBy?: UserOrderName | null | undefined;
}

/** A page of users, of which only what is selected is read. @throws BAD_USER_INPUT, INVALID_CURSOR */
export async function readUserPage(
  { orders }: Pick<UserStore, "orders">,
  loaders: UserLoaders,
  args: UsersArguments,
  info: GraphQLResolveInfo,
): Promise<Connection<UserRow>> {
  const order = orders[args.orderBy ?? "CREATED_AT_DESC"];
  const page = parsePage<UserColumn>("Query.users", order, args);
  const search = parseInput("search", searchArgument, args.search) ?? undefined;
  const pages = loaders.pages(page, search);
  const plan = planConnection(info, page, pages, { columns: userFields, id: "id" });
  return readConnection(plan, "", "id");
}
