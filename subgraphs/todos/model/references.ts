import { type GraphQLObjectType, type GraphQLResolveInfo, isObjectType } from "graphql";
import { failure } from "../../../runtime/errors.ts";
import { isUuid } from "../../kit/input.ts";
import { columnsOf, selectedFields } from "../../kit/selection.ts";
import type { Context } from "../context.ts";
import type { ListColumn, ListRow, TodoColumn, TodoRow } from "../store/rows.ts";
import { listFields, todoFields } from "./fields.ts";
import type { UserStub } from "./user.ts";

/** An entity as another subgraph, or anyone who can reach `_entities`, names it. */
interface Reference {
  readonly id?: unknown;
}

/** Costs no statement: whose id it is, the users service knows. @throws INVALID_REPRESENTATION */
export function userOfReference(reference: Reference): UserStub {
  return { id: idOf(reference) };
}

/** Null when there is no such todo or the viewer may not see it. @throws INVALID_REPRESENTATION */
export function todoOfReference(
  reference: Reference,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<TodoRow | null> {
  return context.loaders.todos.load(idOf(reference), columnsAt(context, info).todos);
}

/** Null when there is no such list or the viewer may not see it. @throws INVALID_REPRESENTATION */
export function listOfReference(
  reference: Reference,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<ListRow | null> {
  return context.loaders.lists.load(idOf(reference), columnsAt(context, info).lists);
}

function idOf({ id }: Reference): string {
  if (!isUuid(id)) throw failure("INVALID_REPRESENTATION");
  return id.toLowerCase();
}

interface ColumnsOfReferences {
  readonly todos: readonly TodoColumn[];
  readonly lists: readonly ListColumn[];
}

/** All kinds of references meet at the one position of `_entities`. */
function columnsAt(context: Context, info: GraphQLResolveInfo): ColumnsOfReferences {
  return context.positions.at(info, () => ({
    todos: columnsOf(selectedFields(info, objectType(info, "Todo")), todoFields),
    lists: columnsOf(selectedFields(info, objectType(info, "TodoList")), listFields),
  }));
}

function objectType(info: GraphQLResolveInfo, name: string): GraphQLObjectType {
  const type = info.schema.getType(name);
  if (!isObjectType(type)) throw new Error(`${name} is not an object`);
  return type;
}
