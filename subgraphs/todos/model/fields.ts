import type { ColumnsOfFields } from "../../kit/selection.ts";
import type { ListColumn, MemberColumn, TodoColumn } from "../store/rows.ts";
import type { StatsColumn } from "../store/todo-reads.ts";

/** The columns behind each field of a todo. */
export const todoFields: ColumnsOfFields<TodoColumn> = {
  id: ["id"],
  title: ["title"],
  notes: ["notes"],
  status: ["status"],
  priority: ["priority"],
  dueAt: ["dueAt"],
  tags: ["tags"],
  list: ["listId"],
  owner: ["ownerId"],
  assignee: ["assigneeId"],
  createdAt: ["createdAt"],
  updatedAt: ["updatedAt"],
  completedAt: ["completedAt"],
  version: ["version"],
};

/** The columns behind each field of a list; its connections and counts are found by its id. */
export const listFields: ColumnsOfFields<ListColumn> = {
  id: ["id"],
  name: ["name"],
  visibility: ["visibility"],
  owner: ["ownerId"],
  viewerRole: ["viewerRole"],
  createdAt: ["createdAt"],
  updatedAt: ["updatedAt"],
  version: ["version"],
  members: ["id"],
  todos: ["id"],
  stats: ["id"],
};

/** The columns behind each field of a member. */
export const memberFields: ColumnsOfFields<MemberColumn> = {
  user: ["userId"],
  role: ["role"],
  addedAt: ["addedAt"],
};

/** The counts behind each field of the stats. */
export const statsFields: ColumnsOfFields<StatsColumn> = {
  total: ["total"],
  open: ["open"],
  done: ["done"],
  overdue: ["overdue"],
};
