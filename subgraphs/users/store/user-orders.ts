import { isTextKey, isTimestampKey } from "../../kit/cursor-keys.ts";
import type { Order } from "../../kit/pagination.ts";
import type { UserColumn } from "./user-columns.ts";

const byCreation = {
  key: "u.created_at",
  type: "timestamptz",
  column: "createdAt",
  accepts: isTimestampKey,
} as const;
const byName = { key: "u.name", type: "text", column: "name", accepts: isTextKey } as const;
const byHandle = { key: "u.handle", type: "text", column: "handle", accepts: isTextKey } as const;

/** The orders of users, each served by an index. */
export const userOrders = {
  CREATED_AT_ASC: { ...byCreation, name: "CREATED_AT_ASC", direction: "ASC" },
  CREATED_AT_DESC: { ...byCreation, name: "CREATED_AT_DESC", direction: "DESC" },
  NAME_ASC: { ...byName, name: "NAME_ASC", direction: "ASC" },
  NAME_DESC: { ...byName, name: "NAME_DESC", direction: "DESC" },
  HANDLE_ASC: { ...byHandle, name: "HANDLE_ASC", direction: "ASC" },
} as const satisfies Readonly<Record<string, Order<UserColumn>>>;

export type UserOrderName = keyof typeof userOrders;
