import { type EntityKind, keyOf } from "../../kit/cache/entity-reads.ts";
import type { PartKind } from "../../kit/cache/read-parts.ts";
import type { ListColumn, ListRow, MemberColumn, TodoColumn } from "./rows.ts";
import { tags } from "./tags.ts";

/** What is cached of a list: what all who see it read of it. A miss reads all of it, whatever was asked for. */
export const cachedListColumns = [
  "id",
  "name",
  "visibility",
  "ownerId",
  "createdAt",
  "updatedAt",
  "version",
] as const satisfies readonly ListColumn[];

/** Likewise of a todo; notes are long, and may be confidential. */
export const cachedTodoColumns = [
  "id",
  "listId",
  "title",
  "status",
  "priority",
  "dueAt",
  "tags",
  "ownerId",
  "assigneeId",
  "createdAt",
  "updatedAt",
  "completedAt",
  "version",
] as const satisfies readonly TodoColumn[];

/** Likewise of a member. */
export const cachedMemberColumns = [
  "userId",
  "role",
  "addedAt",
] as const satisfies readonly MemberColumn[];

export const kinds = {
  list: {
    name: "list",
    version: 1,
    isPublic: (row) => (row as ListRow | null)?.visibility === "PUBLIC",
  },
  todo: { name: "todo", version: 1 },
  /** The role of a user in a list, or that they have none. */
  role: { name: "role", version: 1 },
} as const satisfies Readonly<Record<string, EntityKind>>;

export function roleId(listId: string, userId: string): string {
  return `${listId}/${userId}`;
}

/** The keys of what writes change. */
export const keys = {
  list: (id: string): string => keyOf(kinds.list, id),
  todo: (id: string): string => keyOf(kinds.todo, id),
  role: (listId: string, userId: string): string => keyOf(kinds.role, roleId(listId, userId)),
} as const;

/** What a list has: the same for all who see the list. */
export const partsOfLists = {
  members: { name: "members", version: 1, tagsOf: (id) => [tags.membersOfList(id)] },
  memberTotal: { name: "memberTotal", version: 1, tagsOf: (id) => [tags.membersOfList(id)] },
  todos: { name: "todos", version: 1, tagsOf: (id) => [tags.todosOfList(id)] },
  todoTotal: { name: "todoTotal", version: 1, tagsOf: (id) => [tags.todosOfList(id)] },
  stats: { name: "stats", version: 1, tagsOf: (id) => [tags.todosOfList(id)] },
} as const satisfies Readonly<Record<string, PartKind>>;

/** A kind for each of those who look: the anonymous, and the user themself. Others see what depends on who they are. */
export interface KindsOfUsers {
  readonly public: PartKind;
  readonly own: PartKind;
}

/** What a user has. */
export const partsOfUsers = {
  lists: {
    public: { name: "publicLists", version: 1, ...listsOfUser(true) },
    own: { name: "ownLists", version: 1, ...listsOfUser(false) },
  },
  listTotal: {
    public: { name: "publicListTotal", version: 1, ...listsOfUser(true) },
    own: { name: "ownListTotal", version: 1, ...listsOfUser(false) },
  },
  todos: {
    public: { name: "publicTodos", version: 1, ...todosOfUser(true) },
    own: { name: "ownTodos", version: 1, ...todosOfUser(false) },
  },
  todoTotal: {
    public: { name: "publicTodoTotal", version: 1, ...todosOfUser(true) },
    own: { name: "ownTodoTotal", version: 1, ...todosOfUser(false) },
  },
  stats: {
    public: { name: "publicStats", version: 1, ...todosOfUser(true) },
    own: { name: "ownStats", version: 1, ...todosOfUser(false) },
  },
} as const satisfies Readonly<Record<string, KindsOfUsers>>;

/** All public lists and their todos; the parent is empty. */
export const publicParts = {
  lists: { name: "allLists", version: 1, ...allUnder(tags.publicLists) },
  listTotal: { name: "allListTotal", version: 1, ...allUnder(tags.publicLists) },
  todos: { name: "allTodos", version: 1, ...allUnder(tags.publicTodos) },
  todoTotal: { name: "allTodoTotal", version: 1, ...allUnder(tags.publicTodos) },
} as const satisfies Readonly<Record<string, PartKind>>;

type Tagging = Pick<PartKind, "tagsOf" | "isPublic">;

function listsOfUser(isPublic: boolean): Tagging {
  return { tagsOf: (id) => [tags.listsOfUser(id)], isPublic: () => isPublic };
}

/** What a user may see of their own todos depends on where they are a member. */
function todosOfUser(isPublic: boolean): Tagging {
  return {
    tagsOf: (id) => [tags.todosOfUser(id), ...(isPublic ? [] : [tags.accessOfUser(id)])],
    isPublic: () => isPublic,
  };
}

function allUnder(tag: string): Tagging {
  return { tagsOf: () => [tag], isPublic: () => true };
}
