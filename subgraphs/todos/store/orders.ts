import { isTextKey, isTimestampKey } from "../../kit/cursor-keys.ts";
import { isUuid } from "../../kit/input.ts";
import type { Order } from "../../kit/pagination.ts";
import type { ListColumn, MemberColumn, TodoColumn } from "./rows.ts";

const creation = {
  key: "t.created_at",
  type: "timestamptz",
  column: "createdAt",
  accepts: isTimestampKey,
} as const;

// A todo without a date stands behind all others in both directions.
const due = { type: "timestamptz", column: "dueAt" } as const;
const isDueKey = (last: string) => (text: string) => text === last || isTimestampKey(text);

/** The orders of todos, over `todos t`. */
const todoOrders = {
  CREATED_AT_ASC: { ...creation, name: "CREATED_AT_ASC", direction: "ASC" },
  CREATED_AT_DESC: { ...creation, name: "CREATED_AT_DESC", direction: "DESC" },
  DUE_AT_ASC: {
    ...due,
    name: "DUE_AT_ASC",
    key: "coalesce(t.due_at, 'infinity')",
    direction: "ASC",
    whenNull: "infinity",
    accepts: isDueKey("infinity"),
  },
  DUE_AT_DESC: {
    ...due,
    name: "DUE_AT_DESC",
    key: "coalesce(t.due_at, '-infinity')",
    direction: "DESC",
    whenNull: "-infinity",
    accepts: isDueKey("-infinity"),
  },
  PRIORITY_DESC: {
    name: "PRIORITY_DESC",
    key: "t.priority",
    type: '"Priority"',
    direction: "DESC",
    column: "priority",
    accepts: (text) => ["LOW", "NORMAL", "HIGH", "URGENT"].includes(text),
  },
  UPDATED_AT_DESC: {
    name: "UPDATED_AT_DESC",
    key: "t.updated_at",
    type: "timestamptz",
    direction: "DESC",
    column: "updatedAt",
    accepts: isTimestampKey,
  },
  TITLE_ASC: {
    name: "TITLE_ASC",
    key: "t.title",
    type: "text",
    direction: "ASC",
    column: "title",
    accepts: isTextKey,
  },
} as const satisfies Readonly<Record<string, Order<TodoColumn>>>;

/** The newest list first: ids are made in the order of time. */
const listOrder: Order<ListColumn> = {
  name: "NEWEST_FIRST",
  key: "l.id",
  type: "uuid",
  direction: "DESC",
  column: "id",
  accepts: isUuid,
};

/** The oldest member first, over `list_members m`. */
const memberOrder: Order<MemberColumn> = {
  name: "ADDED_AT_ASC",
  key: "m.added_at",
  type: "timestamptz",
  direction: "ASC",
  column: "addedAt",
  accepts: isTimestampKey,
};

/** What the model parses pages by. */
export const orders = { todos: todoOrders, lists: listOrder, members: memberOrder } as const;
