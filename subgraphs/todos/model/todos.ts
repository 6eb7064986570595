import type { GraphQLResolveInfo } from "graphql";
import { failure } from "../../../runtime/errors.ts";
import { type Connection, planConnection, readConnection } from "../../kit/connection.ts";
import { parseId } from "../../kit/input.ts";
import { type PageArguments, parsePage } from "../../kit/pagination.ts";
import { columnsOf, objectTypeOf, selectedFields } from "../../kit/selection.ts";
import type { Context } from "../context.ts";
import type { TodoColumn, TodoRow } from "../store/rows.ts";
import type { TodoCounts, TodoParent } from "../store/todo-reads.ts";
import { statsFields, todoFields } from "./fields.ts";
import { parseFilter, type RawFilter } from "./todo-filter.ts";

export interface TodosArguments extends PageArguments {
  readonly filter?: RawFilter | null | undefined;
  readonly orderBy?: TodoOrderName | null | undefined;
}

type TodoOrderName = keyof Context["store"]["orders"]["todos"];

/** The page of todos of a user, of a list, or (of neither) of the viewer's lists. */
export function todosOf(
  parent: TodoParent | "Query",
  id: string | undefined,
  args: TodosArguments,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<Connection<TodoRow>> {
  const plan = context.positions.at(info, () => {
    const { loaders, store } = context;
    const order = store.orders.todos[args.orderBy ?? "CREATED_AT_DESC"];
    const page = parsePage<TodoColumn>(`${parent}.todos`, order, args);
    const query = { page, filter: parseFilter(args.filter) };
    const pages = parent === "Query" ? loaders.allTodos(query) : loaders.todosOf(parent, query);
    return planConnection(info, page, pages, { columns: todoFields, id: "id" });
  });
  return readConnection(plan, id ?? "", "id");
}

/** Null when there is no such todo or the viewer may not see it. */
export function todoById(
  id: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<TodoRow | null> {
  return context.loaders.todos.load(parseId("id", id), columnsAt(context, info));
}

/** Todos that were just written, in the order of their ids. @throws NOT_FOUND when another write took one away since */
export function writtenTodos(
  ids: readonly string[],
  context: Context,
  info: GraphQLResolveInfo,
): Promise<readonly TodoRow[]> {
  return Promise.all(ids.map((id) => writtenTodo(id, context, info)));
}

export async function writtenTodo(
  id: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<TodoRow> {
  const todo = await context.loaders.todos.load(id, columnsAt(context, info));
  if (todo === null) throw failure("NOT_FOUND");
  return todo;
}

/** Only the counts that are selected. */
export function statsOf(
  parent: TodoParent,
  id: string | undefined,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<TodoCounts> | TodoCounts {
  const { counts, loader } = context.positions.at(info, () => ({
    counts: columnsOf(selectedFields(info, objectTypeOf(info)), statsFields),
    loader: context.loaders.statsOf(parent, new Date(context.clock.now()).toISOString()),
  }));
  return counts.length === 0 ? {} : loader.load(id ?? "", counts);
}

function columnsAt(context: Context, info: GraphQLResolveInfo): readonly TodoColumn[] {
  return context.positions.at(info, () =>
    columnsOf(selectedFields(info, objectTypeOf(info)), todoFields),
  );
}
