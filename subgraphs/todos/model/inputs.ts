import { z } from "zod";
import { id, line, lines, parseInput } from "../../kit/input.ts";

/** A point in time that RFC 3339 can write in UTC. */
export const moment: z.ZodType<Date, unknown> = z
  .date({ error: "must be a DateTime" })
  .refine(
    (time) => time >= earliest && time <= latest,
    "must be a DateTime of the years 1 to 9999",
  );

const earliest = new Date("0001-01-01T00:00:00.000Z");
const latest = new Date("9999-12-31T23:59:59.999Z");

const most = 1_000;
const manyMessage = `must have 1 to ${most} entries`;

const title = line(1, 200);
const notes = lines(10_000).nullable();
const listName = line(1, 100);
const status = z.enum(["OPEN", "IN_PROGRESS", "DONE"], { error: "must not be null" });
const priority = z.enum(["LOW", "NORMAL", "HIGH", "URGENT"], { error: "must not be null" });
const visibility = z.enum(["PRIVATE", "PUBLIC"], { error: "must not be null" });
const role = z.enum(["OWNER", "EDITOR", "READER"]);
const version = z.int({ error: "must be a whole number" });
const tags = z
  .array(line(1, 50), { error: "must not be null" })
  .transform((list) => [...new Set(list)])
  .refine((list) => list.length <= 20, "must have at most 20 entries");
const ids = z
  .array(id)
  .min(1, manyMessage)
  .max(most, manyMessage)
  .transform((list): readonly string[] => [...new Set(list)]);

const newTodo = z.object({
  title,
  notes: notes.default(null),
  status,
  priority,
  dueAt: moment.nullable().default(null),
  tags,
  assigneeId: id.nullable().default(null),
});

export const createListInput = z.object({ name: listName, visibility });
export const updateListInput = z.object({
  id,
  version,
  name: listName.optional(),
  visibility: visibility.optional(),
});
export const memberInput = z.object({ listId: id, userId: id, role });
export const removeMemberInput = z.object({ listId: id, userId: id });
export const createTodoInput = newTodo.extend({ listId: id });
export const createTodosInput = z.object({
  listId: id,
  todos: z.array(newTodo).min(1, manyMessage).max(most, manyMessage),
});
export const updateTodoInput = z.object({
  id,
  version,
  title: title.optional(),
  notes: notes.optional(),
  status: status.optional(),
  priority: priority.optional(),
  dueAt: moment.nullable().optional(),
  tags: tags.optional(),
  assigneeId: id.nullable().optional(),
});
export const moveTodosInput = z.object({ ids, listId: id });
export const assignTodosInput = z.object({ ids, assigneeId: id.nullable().default(null) });

/** Distinct ids in the order in which they were given. @throws BAD_USER_INPUT */
export function parseIds(raw: readonly string[]): readonly string[] {
  return parseInput("ids", ids, raw);
}

export type NewTodo = z.output<typeof newTodo>;
