import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../../../prisma/todos/generated/client.ts";
import { failure } from "../../../runtime/errors.ts";
import type { Database } from "../../kit/database.ts";
import { createDepartureWrites, type DepartureWrites } from "./departure-writes.ts";
import { createListReads, type ListReads } from "./list-reads.ts";
import { createListWrites, type ListWrites } from "./list-writes.ts";
import { orders } from "./orders.ts";
import { createTodoReads, type TodoReads } from "./todo-reads.ts";
import { createTodoWrites, type TodoWrites } from "./todo-writes.ts";
import { createUserWrites, type UserWrites } from "./user-writes.ts";

/** The todos database: lists, their members and todos. */
export interface Store {
  readonly orders: typeof orders;
  readonly todos: TodoReads;
  readonly lists: ListReads;
  /**
   * What `work` writes for a user happens as a whole, or not at all when it throws.
   * @throws UNAUTHENTICATED when the account is deleted: tokens outlive it
   */
  transaction<Result>(userId: string, work: (writes: Writes) => Promise<Result>): Promise<Result>;
  /** As `transaction`, for what follows from the deletion of an account; it may be much. */
  departure(work: (writes: DepartureWrites) => Promise<void>): Promise<void>;
}

export interface Writes {
  readonly lists: ListWrites;
  readonly todos: TodoWrites;
  readonly users: UserWrites;
}

/** Milliseconds that a transaction may wait for a connection, and take. */
const limits = { maxWait: 2_000, timeout: 10_000 };
const departureLimits = { maxWait: 2_000, timeout: 300_000 };

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
    transaction: (userId, work) =>
      prisma.$transaction(async (transaction) => {
        const users = createUserWrites(transaction);
        if (await users.isDeleted(userId)) throw failure("UNAUTHENTICATED");
        return work({
          users,
          lists: createListWrites(transaction),
          todos: createTodoWrites(transaction),
        });
      }, limits),
    departure: (work) =>
      prisma.$transaction(
        (transaction) => work(createDepartureWrites(transaction)),
        departureLimits,
      ),
  };
}
