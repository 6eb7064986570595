import { keys } from "./cached-kinds.ts";
import { tags } from "./tags.ts";

/** What a transaction makes old: the keys of what it changes, and the tags of what contains that. */
export interface Changes {
  /** Whether a list that the transaction holds is public; what it does not hold counts as public. */
  saw(listId: string, isPublic: boolean): void;
  /** Todos of the list are made, changed or deleted. */
  todos(listId: string, todos: readonly WrittenTodo[]): void;
  /** The list itself is made or changed; its members see that among their lists. */
  list(id: string, memberIds: readonly string[]): void;
  /** A user joins or leaves the list, or has another role in it. */
  member(listId: string, userId: string): void;
  /** The list with all that it has appears or disappears for some: it is deleted, or becomes public or private. */
  exposure(id: string, memberIds: readonly string[], todos: readonly WrittenTodo[]): void;
  keys(): readonly string[];
}

export interface WrittenTodo {
  readonly id: string;
  readonly ownerId: string | null;
}

export function createChanges(): Changes {
  const changed = new Set<string>();
  const privateLists = new Set<string>();
  const add = (...all: readonly string[]): void => {
    for (const one of all) changed.add(one);
  };

  const changes: Changes = {
    saw(listId, isPublic) {
      if (!isPublic) privateLists.add(listId);
    },
    todos(listId, todos) {
      if (todos.length === 0) return;
      add(tags.todosOfList(listId));
      if (!privateLists.has(listId)) add(tags.publicTodos);
      for (const { id, ownerId } of todos) {
        add(keys.todo(id), tags.todo(id));
        if (ownerId !== null) add(tags.todosOfUser(ownerId));
      }
    },
    list(id, memberIds) {
      add(keys.list(id), tags.list(id));
      if (!privateLists.has(id)) add(tags.publicLists);
      for (const userId of memberIds) add(tags.listsOfUser(userId));
    },
    member(listId, userId) {
      add(keys.role(listId, userId), tags.list(listId), tags.membersOfList(listId));
      add(tags.listsOfUser(userId), tags.accessOfUser(userId));
    },
    exposure(id, memberIds, todos) {
      add(tags.publicLists, tags.publicTodos, tags.membersOfList(id), tags.todosOfList(id));
      changes.list(id, memberIds);
      changes.todos(id, todos);
    },
    keys: () => [...changed],
  };
  return changes;
}
