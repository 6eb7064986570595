import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../../../prisma/users/generated/client.ts";
import type { Database } from "../../kit/database.ts";

/** Prisma over the pool that the raw statements use too. The pool is closed by its owner. */
export function createPrismaClient({ pool, nameStatement }: Database): PrismaClient {
  const adapter = new PrismaPg(pool, {
    statementNameGenerator: ({ sql }) => nameStatement(sql) as string,
  });
  return new PrismaClient({ adapter, errorFormat: "minimal" });
}
