import { z } from "zod";
import { id, line, parseInput } from "../../kit/input.ts";
import type { Priority, TodoStatus } from "../store/rows.ts";
import type { TodoFilter } from "../store/todo-filter.ts";
import { moment } from "./inputs.ts";

/** As it comes from a client, its enums and times checked by the schema. */
export interface RawFilter {
  readonly status?: readonly TodoStatus[] | null | undefined;
  readonly priority?: readonly Priority[] | null | undefined;
  readonly tagsAny?: readonly string[] | null | undefined;
  readonly tagsAll?: readonly string[] | null | undefined;
  readonly dueBefore?: Date | null | undefined;
  readonly dueAfter?: Date | null | undefined;
  readonly assigneeId?: string | null | undefined;
  readonly text?: string | null | undefined;
}

// The same set in another order is the same filter, and shares its statement.
const setOf = <Item extends string>(items: z.ZodType<Item, unknown>) =>
  z
    .array(items)
    .max(20, "must have at most 20 entries")
    .transform((list) => [...new Set(list)].sort())
    .transform((list) => (list.length === 0 ? undefined : list))
    .nullish()
    .transform((list) => list ?? undefined);

const optional = <Value>(value: z.ZodType<Value, unknown>) =>
  value.nullish().transform((given) => given ?? undefined);

const filter = z.object({
  status: setOf(z.enum(["OPEN", "IN_PROGRESS", "DONE"])),
  priority: setOf(z.enum(["LOW", "NORMAL", "HIGH", "URGENT"])),
  tagsAny: setOf(line(1, 50)),
  tagsAll: setOf(line(1, 50)),
  dueBefore: optional(moment.transform((time) => time.toISOString())),
  dueAfter: optional(moment.transform((time) => time.toISOString())),
  assigneeId: optional(id),
  text: optional(line(1, 200)),
});

/** @throws BAD_USER_INPUT */
export function parseFilter(raw: RawFilter | null | undefined): TodoFilter {
  return raw == null ? {} : parseInput("filter", filter, raw);
}
