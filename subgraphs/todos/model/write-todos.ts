import { v7 as uuid } from "uuid";
import { failure } from "../../../runtime/errors.ts";
import { parseInput } from "../../kit/input.ts";
import type { Context } from "../context.ts";
import type { Writes } from "../store/store.ts";
import type { LockedTodo, TodoChanges } from "../store/todo-writes.ts";
import {
  assignTodosInput,
  createTodoInput,
  createTodosInput,
  moveTodosInput,
  type NewTodo,
  parseIds,
  updateTodoInput,
} from "./inputs.ts";
import { mustEdit, mustEditAll, mustFindAll } from "./rights.ts";
import { signedIn } from "./user.ts";

/** What a payload of written todos is made of; the todos themselves are read when they are selected. */
export interface WrittenTodos {
  readonly ids: readonly string[];
}

/** As `WrittenTodos`, of one. */
export interface WrittenTodo {
  readonly id: string;
}

/** @throws NOT_FOUND, FORBIDDEN, NOT_A_MEMBER */
export async function createTodo(raw: unknown, context: Context): Promise<WrittenTodo> {
  signedIn(context.viewer);
  const { listId, ...todo } = parseInput("input", createTodoInput, raw);
  const [id = ""] = await insertTodos(listId, [todo], context);
  return { id };
}

/** @throws NOT_FOUND, FORBIDDEN, NOT_A_MEMBER */
export async function createTodos(raw: unknown, context: Context): Promise<WrittenTodos> {
  signedIn(context.viewer);
  const { listId, todos } = parseInput("input", createTodosInput, raw);
  return { ids: await insertTodos(listId, todos, context) };
}

/** @throws NOT_FOUND, FORBIDDEN, STALE_VERSION with the current `version`, NOT_A_MEMBER */
export async function updateTodo(raw: unknown, context: Context): Promise<WrittenTodo> {
  signedIn(context.viewer);
  const { id, version, ...changes } = parseInput("input", updateTodoInput, raw);
  const now = nowOf(context);
  await writeTodos([id], context, async (writes, [todo]) => {
    if (todo?.version !== version) {
      throw failure("STALE_VERSION", undefined, { version: todo?.version });
    }
    if (Object.values(changes).every((value) => value === undefined)) return;
    if (changes.assigneeId != null)
      await mustBeMembers([todo.listId], [changes.assigneeId], writes);
    const all = { ...changes, ...completion(todo, changes, now) };
    const updated = await writes.todos.update(id, version, all, now);
    if (!updated) throw failure("STALE_VERSION");
  });
  return { id };
}

export function completeTodos(raw: readonly string[], context: Context): Promise<WrittenTodos> {
  signedIn(context.viewer);
  const ids = parseIds(raw);
  return writeTodos(ids, context, (writes) => writes.todos.complete(ids, nowOf(context)));
}

export function reopenTodos(raw: readonly string[], context: Context): Promise<WrittenTodos> {
  signedIn(context.viewer);
  const ids = parseIds(raw);
  return writeTodos(ids, context, (writes) => writes.todos.reopen(ids, nowOf(context)));
}

/** @throws NOT_FOUND, FORBIDDEN */
export function moveTodos(raw: unknown, context: Context): Promise<WrittenTodos> {
  signedIn(context.viewer);
  const { ids, listId } = parseInput("input", moveTodosInput, raw);
  return writeTodos(ids, context, async (writes) => {
    await holdToEdit(listId, context, writes);
    await writes.todos.move(ids, listId, nowOf(context));
  });
}

/** @throws NOT_FOUND, FORBIDDEN, NOT_A_MEMBER */
export function assignTodos(raw: unknown, context: Context): Promise<WrittenTodos> {
  signedIn(context.viewer);
  const { ids, assigneeId } = parseInput("input", assignTodosInput, raw);
  return writeTodos(ids, context, async (writes, todos) => {
    const lists = [...new Set(todos.map(({ listId }) => listId))];
    if (assigneeId !== null) await mustBeMembers(lists, [assigneeId], writes);
    await writes.todos.assign(ids, assigneeId, nowOf(context));
  });
}

/** @throws NOT_FOUND, FORBIDDEN */
export function deleteTodos(raw: readonly string[], context: Context): Promise<WrittenTodos> {
  signedIn(context.viewer);
  const ids = parseIds(raw);
  return writeTodos(ids, context, (writes) => writes.todos.delete(ids));
}

/** All or nothing: every todo must be there and the viewer's to change, before one is changed. */
async function writeTodos(
  ids: readonly string[],
  { store, viewer }: Context,
  write: (writes: Writes, todos: readonly LockedTodo[]) => Promise<void>,
): Promise<WrittenTodos> {
  await store.transaction(signedIn(viewer), async (writes) => {
    const todos = await writes.todos.lock(ids, viewer);
    mustFindAll(ids, todos);
    mustEditAll(todos);
    await write(writes, todos);
  });
  return { ids };
}

async function insertTodos(
  listId: string,
  todos: readonly NewTodo[],
  context: Context,
): Promise<readonly string[]> {
  const ownerId = signedIn(context.viewer);
  const rows = todos.map((todo) => ({ ...todo, id: uuid(), listId, ownerId }));
  const assignees = new Set(todos.flatMap(({ assigneeId }) => assigneeId ?? []));
  await context.store.transaction(ownerId, async (writes) => {
    await holdToEdit(listId, context, writes);
    if (assignees.size > 0) await mustBeMembers([listId], [...assignees], writes);
    await writes.todos.insert(rows, nowOf(context));
  });
  return rows.map(({ id }) => id);
}

async function holdToEdit(listId: string, context: Context, writes: Writes): Promise<void> {
  const list = await writes.lists.hold(listId, context.viewer);
  if (list === undefined) throw failure("NOT_FOUND", undefined, { ids: [listId] });
  mustEdit(list.role);
}

/** @throws NOT_A_MEMBER with the ids of the users who are missing in at least one of the lists */
async function mustBeMembers(
  listIds: readonly string[],
  userIds: readonly string[],
  writes: Writes,
): Promise<void> {
  const memberships = await writes.lists.memberships(listIds, userIds);
  const missing = userIds.filter(
    (userId) => !listIds.every((listId) => memberships.has(`${listId}/${userId}`)),
  );
  if (missing.length > 0) throw failure("NOT_A_MEMBER", undefined, { ids: missing });
}

/** A todo has a time of completion exactly while it is DONE. */
function completion(todo: LockedTodo, { status }: TodoChanges, now: Date): TodoChanges {
  if (status === undefined || status === todo.status) return {};
  return { completedAt: status === "DONE" ? now : null };
}

function nowOf({ clock }: Context): Date {
  return new Date(clock.now());
}
