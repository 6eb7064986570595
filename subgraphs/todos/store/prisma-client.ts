import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../../../prisma/todos/generated/client.ts";
import type { Database } from "../../kit/database.ts";

/** Prisma over the pool that the raw statements use too. The pool is closed by its owner. */
export function createPrismaClient({ nameStatement, pool }: Database): PrismaClient {
  const adapter = new PrismaPg(pool, {
    statementNameGenerator: ({ sql }) => nameStatement(sql) as string,
  });
  return new PrismaClient({ adapter });
}
