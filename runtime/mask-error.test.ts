import { expect, test } from "@jest/globals";
import { GraphQLError } from "graphql";
import { failure } from "./errors.ts";
import { createErrorMask } from "./mask-error.ts";

const seen: unknown[] = [];
const mask = createErrorMask({
  development: false,
  classify: (error) => (error instanceof RangeError ? "DATABASE_TIMEOUT" : undefined),
  unexpected: (error) => seen.push(error),
});

function leaving(cause: Error): ReturnType<typeof mask> {
  const located = new GraphQLError(cause.message, { originalError: cause, path: ["me", "name"] });
  return mask(located.toJSON(), located);
}

test("an error of the catalogue passes with its code, details and path", () => {
  expect(leaving(failure("STALE_VERSION", "It is at 3.", { version: 3 }))).toMatchObject({
    message: "It is at 3.",
    path: ["me", "name"],
    extensions: { code: "STALE_VERSION", version: 3 },
  });
});

test("S32 an unexpected error leaves without its words and is heard of", () => {
  const cause = new Error("connect ECONNREFUSED 10.0.0.7:5432 password=hunter2");
  const masked = leaving(cause);
  expect(masked.extensions).toEqual({ code: "INTERNAL_SERVER_ERROR" });
  expect(JSON.stringify(masked)).not.toMatch(/10\.0\.0\.7|hunter2|at /);
  expect(seen).toEqual([cause]);
});

test("a driver's error becomes the code that the classifier knows", () => {
  expect(leaving(new RangeError("too slow")).extensions).toEqual({ code: "DATABASE_TIMEOUT" });
});

test("S11 production takes suggestions out of messages", () => {
  const error = new GraphQLError('Cannot query field "nam" on type "User". Did you mean "name"?', {
    extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
  });
  expect(mask(error.toJSON(), error).message).toBe('Cannot query field "nam" on type "User".');
});
