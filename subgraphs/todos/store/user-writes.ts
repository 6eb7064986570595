import sql from "sql-template-tag";
import type { Prisma } from "../../../prisma/todos/generated/client.ts";

/** What a transaction must know of users, whose accounts are in another service. */
export interface UserWrites {
  /** Whether the user's account is deleted. One that is not stays so until the transaction ends. */
  isDeleted(id: string): Promise<boolean>;
}

export function createUserWrites(transaction: Prisma.TransactionClient): UserWrites {
  return {
    async isDeleted(id) {
      const [user] = await transaction.$queryRaw<{ deleted: boolean }[]>(
        sql`SELECT hold_user_and_see_if_deleted(${id}::uuid) AS deleted`,
      );
      return user?.deleted === true;
    },
  };
}
