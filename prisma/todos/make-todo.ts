import type { Cell } from "../copy-rows.ts";
import { createDraws, seedId } from "../seed-ids.ts";
import { type MadeList, pick } from "./make-lists.ts";
import { notes } from "./seed-phrases.ts";

const day = 86_400_000;

export const todoColumns =
  "id list_id title notes status priority due_at tags owner_id assignee_id created_at updated_at completed_at version";

/** Makes up the todo of a number, as a row of `todoColumns`: written by a member who may, for a member or nobody. */
export function makeTodo(list: MadeList, index: number, now: number): readonly Cell[] {
  const draw = createDraws("todo", index);
  const { theme } = list;
  const createdAt = list.createdAt + Math.floor(draw() * (now - list.createdAt));
  const between = (from: number, to: number): number => from + Math.floor(draw() * (to - from));

  const state = draw();
  const done = state >= 0.6;
  const completedAt = done ? between(createdAt, now) : null;
  // What is open is due soon, or was lately; what is done was due around the time it was done.
  const dueAt = draw() < 0.55 ? (completedAt ?? now) + Math.floor((draw() * 60 - 15) * day) : null;
  const urgency = draw();
  const writers = list.members.filter((member) => member.role !== "READER");
  return [
    seedId("todo", index),
    list.id,
    `${pick(theme.verbs, draw())} ${pick(theme.things, draw())}`,
    draw() < 0.4 ? `${pick(notes, draw())} ${pick(notes, draw())}` : null,
    done ? "DONE" : state < 0.45 ? "OPEN" : "IN_PROGRESS",
    urgency < 0.2 ? "LOW" : urgency < 0.7 ? "NORMAL" : urgency < 0.9 ? "HIGH" : "URGENT",
    dueAt === null ? null : new Date(dueAt),
    theme.tags.filter(() => draw() < 0.35),
    pick(writers, draw()).id,
    draw() < 0.5 ? pick(list.members, draw()).id : null,
    new Date(createdAt),
    new Date(completedAt ?? between(createdAt, now)),
    completedAt === null ? null : new Date(completedAt),
    1 + Math.floor(draw() ** 2 * 5),
  ];
}
