import type { GraphQLResolveInfo } from "graphql";
import { failure } from "../../../runtime/errors.ts";
import { type Connection, planConnection, readConnection } from "../../kit/connection.ts";
import { parseId } from "../../kit/input.ts";
import { type PageArguments, parsePage } from "../../kit/pagination.ts";
import { columnsOf, objectTypeOf, selectedFields } from "../../kit/selection.ts";
import type { Context } from "../context.ts";
import type { ListColumn, ListRow, MemberRow, TodoRow } from "../store/rows.ts";
import { listFields, memberFields } from "./fields.ts";

/** The lists of which a user is a member, as far as the viewer may see them. */
export function listsOfUser(
  userId: string,
  args: PageArguments,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<Connection<ListRow>> {
  const plan = context.positions.at(info, () => {
    const page = parsePage(scopeOf(info), context.store.orders.lists, args);
    const pages = context.loaders.listsOfUsers(page);
    return planConnection(info, page, pages, { columns: listFields, id: "id" });
  });
  return readConnection(plan, userId, "id");
}

/** The viewer's lists; for the anonymous, all public ones. */
export function listsOfViewer(
  args: PageArguments,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<Connection<ListRow>> {
  if (context.viewer.kind === "user") return listsOfUser(context.viewer.id, args, context, info);
  const page = parsePage(scopeOf(info), context.store.orders.lists, args);
  const pages = context.loaders.publicLists(page);
  const plan = planConnection(info, page, pages, { columns: listFields, id: "id" });
  return readConnection(plan, "", "id");
}

export function membersOf(
  list: ListRow,
  args: PageArguments,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<Connection<MemberRow>> {
  const plan = context.positions.at(info, () => {
    const page = parsePage(scopeOf(info), context.store.orders.members, args);
    const pages = context.loaders.membersOf(page);
    return planConnection(info, page, pages, { columns: memberFields, id: "userId" });
  });
  return readConnection(plan, list.id ?? "", "userId");
}

/** Null when there is no such list or the viewer may not see it. */
export function listById(
  id: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<ListRow | null> {
  return context.loaders.lists.load(parseId("id", id), columnsAt(context, info));
}

/** A list that was just written, read anew. */
export function writtenList(
  id: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<ListRow | null> {
  return context.loaders.lists.load(id, columnsAt(context, info));
}

/**
 * Who sees a todo sees its list, so that the id alone costs no statement; what hangs on the list looks for itself
 * whether the viewer may see it.
 */
export async function listOfTodo(
  todo: TodoRow,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<ListRow> {
  const id = todo.listId ?? "";
  const columns = columnsAt(context, info);
  if (columns.every((column) => column === "id")) return { id };
  const list = await context.loaders.lists.load(id, columns);
  if (list === null) throw failure("NOT_FOUND");
  return list;
}

function columnsAt(context: Context, info: GraphQLResolveInfo): readonly ListColumn[] {
  return context.positions.at(info, () =>
    columnsOf(selectedFields(info, objectTypeOf(info)), listFields),
  );
}

function scopeOf(info: GraphQLResolveInfo): string {
  return `${info.parentType.name}.${info.fieldName}`;
}
