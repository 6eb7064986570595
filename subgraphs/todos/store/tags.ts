import { tagOf } from "../../kit/cache/tags.ts";

/** The tags of todos; docs/consistency.md says what drops each of them. */
export const tags = {
  list: (id: string): string => tagOf("TodoList", id),
  membersOfList: (id: string): string => tagOf("TodoList", id, "members"),
  /** Pages, counts and stats. */
  todosOfList: (id: string): string => tagOf("TodoList", id, "todos"),
  todo: (id: string): string => tagOf("Todo", id),
  /** The lists of which a user is a member. */
  listsOfUser: (id: string): string => tagOf("User", id, "lists"),
  /** The todos that a user wrote. */
  todosOfUser: (id: string): string => tagOf("User", id, "todos"),
  /** In which lists a user has which role: whatever is kept for one viewer alone. */
  accessOfUser: (id: string): string => tagOf("User", id, "access"),
  publicLists: tagOf("lists", "public"),
  publicTodos: tagOf("todos", "public"),
} as const;
