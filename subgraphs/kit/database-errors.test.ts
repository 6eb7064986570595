import { expect, test } from "@jest/globals";
import { classifyDatabaseError } from "./database-errors.ts";

const error = (message: string, more: object = {}): Error =>
  Object.assign(new Error(message), more);

test.each([
  ["a deadlock", error("deadlock detected", { code: "40P01" }), "CONFLICT"],
  ["a serialization failure", error("could not serialize", { code: "40001" }), "CONFLICT"],
  ["a statement timeout", error("canceling statement", { code: "57014" }), "DATABASE_TIMEOUT"],
  [
    "an administrator's shutdown",
    error("terminating connection", { code: "57P01" }),
    "DATABASE_UNAVAILABLE",
  ],
  ["a refused connection", error("connect", { code: "ECONNREFUSED" }), "DATABASE_UNAVAILABLE"],
  ["an exhausted pool", error("timeout exceeded when trying to connect"), "DATABASE_UNAVAILABLE"],
  ["a silent server", error("Query read timeout"), "DATABASE_TIMEOUT"],
  ["a write conflict of Prisma", error("write conflict", { code: "P2034" }), "CONFLICT"],
  [
    "a cause within",
    error("failed", { cause: error("connect", { code: "ECONNRESET" }) }),
    "DATABASE_UNAVAILABLE",
  ],
  ["a mistake of ours", new TypeError("x is not a function"), undefined],
  ["a wrong column", error("column does not exist", { code: "42703" }), undefined],
])("%s is recognised", (_name, cause, code) => {
  expect(classifyDatabaseError(cause)).toBe(code);
});
