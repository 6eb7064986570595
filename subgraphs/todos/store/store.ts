import type { Prisma, PrismaClient } from "../../../prisma/todos/generated/client.ts";
import { failure } from "../../../runtime/errors.ts";
import type { CacheWrites } from "../../kit/cache/cache-writes.ts";
import type { Queries } from "../../kit/read-rows.ts";
import { type Changes, createChanges } from "./changes.ts";
import { createDepartureWrites, type DepartureWrites } from "./departure-writes.ts";
import { createListReads, type ListReads } from "./list-reads.ts";
import { createListWrites, type ListWrites } from "./list-writes.ts";
import { orders } from "./orders.ts";
import { createTodoReads, type TodoReads } from "./todo-reads.ts";
import { createTodoWrites, type TodoWrites } from "./todo-writes.ts";
import { createUserWrites, type UserWrites } from "./user-writes.ts";

/** The todos database: lists, their members and todos. */
export interface Store extends Reads {
  readonly orders: typeof orders;
  /**
   * What `work` writes for a user happens as a whole, or not at all when it throws.
   * @throws UNAUTHENTICATED when the account is deleted: tokens outlive it
   */
  transaction<Result>(userId: string, work: (writes: Writes) => Promise<Result>): Promise<Result>;
  /** As `transaction`, for what follows from the deletion of an account; it may be much. */
  departure(work: (writes: DepartureWrites) => Promise<void>): Promise<void>;
}

/** Only what the viewer may see. */
export interface Reads {
  readonly todos: TodoReads;
  readonly lists: ListReads;
}

export interface Writes {
  readonly lists: ListWrites;
  readonly todos: TodoWrites;
  readonly users: UserWrites;
}

/** Milliseconds that a transaction may wait for a connection, and take. */
const limits = { maxWait: 2_000, timeout: 10_000 };
const departureLimits = { maxWait: 2_000, timeout: 300_000 };

export function createReads(database: Queries): Reads {
  return { todos: createTodoReads(database), lists: createListReads(database) };
}

/** @param cache is told in each transaction what it changes */
export function createStore(prisma: PrismaClient, reads: Reads, cache: CacheWrites): Store {
  function write<Result>(
    work: (transaction: Prisma.TransactionClient, changes: Changes) => Promise<Result>,
    time: { readonly maxWait: number; readonly timeout: number },
  ): Promise<Result> {
    return cache.write((announce) =>
      prisma.$transaction(async (transaction) => {
        const changes = createChanges();
        const result = await work(transaction, changes);
        await announce(changes.keys(), (statement) => transaction.$executeRaw(statement));
        return result;
      }, time),
    );
  }

  return {
    ...reads,
    orders,
    transaction: (userId, work) =>
      write(async (transaction, changes) => {
        const users = createUserWrites(transaction);
        if (await users.isDeleted(userId)) throw failure("UNAUTHENTICATED");
        return work({
          users,
          lists: createListWrites(transaction, changes),
          todos: createTodoWrites(transaction, changes),
        });
      }, limits),
    departure: (work) =>
      write(
        (transaction, changes) => work(createDepartureWrites(transaction, changes)),
        departureLimits,
      ),
  };
}
