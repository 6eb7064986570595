import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../../../prisma/todos/generated/client.ts";
import type { Database } from "../../kit/database.ts";
import { createListReads, type ListReads } from "./list-reads.ts";
import { createListWrites, type ListWrites } from "./list-writes.ts";
import { orders } from "./orders.ts";
import { createTodoReads, type TodoReads } from "./todo-reads.ts";
import { createTodoWrites, type TodoWrites } from "./todo-writes.ts";

/** The todos database: lists, their members and todos. */
export interface Store {
  readonly orders: typeof orders;
  readonly todos: TodoReads;
  readonly lists: ListReads;
  /** What `work` writes happens as a whole, or not at all when it throws. */
  transaction<Result>(work: (writes: Writes) => Promise<Result>): Promise<Result>;
}

export interface Writes {
  readonly lists: ListWrites;
  readonly todos: TodoWrites;
}

/** Milliseconds that a transaction may wait for a connection, and take. */
const limits = { maxWait: 2_000, timeout: 10_000 };

/** Reads and writes share the pool of `database`, which ends with it. */
export function createStore(database: Database): Store {
  const adapter = new PrismaPg(database.pool, {
    statementNameGenerator: ({ sql }) => database.nameStatement(sql) as string,
  });
  const prisma = new PrismaClient({ adapter });
  return {
    orders,
    todos: createTodoReads(database),
    lists: createListReads(database),
    transaction: (work) =>
      prisma.$transaction(
        (transaction) =>
          work({ lists: createListWrites(transaction), todos: createTodoWrites(transaction) }),
        limits,
      ),
  };
}
