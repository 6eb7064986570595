import type { List, Task } from "./estate.ts";

// What answers say of lists and todos, and what they ought to say, in one form.

/** What an answer selects of a todo. */
export const taskFields = "id title status assignee { id }";

export interface SaidTask {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly assignee: { readonly id: string } | null;
}

export function saidTask({ assignee, status, title }: SaidTask): readonly unknown[] {
  return [title, status, assignee?.id ?? null];
}

export function expectedTask({ assignee, done, title }: Task): readonly unknown[] {
  return [title, done ? "DONE" : "OPEN", assignee];
}

/** What an answer selects of a list that was written. */
export const listFields = "id name visibility members(first: 100) { totalCount }";

interface SaidList {
  readonly name: string;
  readonly visibility: string;
  readonly members: { readonly totalCount: number };
}

export function saidList({ members, name, visibility }: SaidList): readonly unknown[] {
  return [name, visibility, members.totalCount];
}

export function expectedList({ name, roles, visibility }: List): readonly unknown[] {
  return [name, visibility, roles.size];
}
