import { tagOf } from "../../kit/cache/tags.ts";

/** The tags of users; docs/consistency.md says what drops each of them. */
export const tags = {
  user: (id: string): string => tagOf("User", id),
  handle: (handle: string): string => tagOf("User", "handle", handle),
  /** Pages and counts of users, searched or not. */
  users: tagOf("users"),
} as const;
