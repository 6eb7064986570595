import { expect, test } from "@jest/globals";
import { getIntrospectionQuery } from "graphql";
import { checkText } from "./check-text.ts";
import { defaultLimits } from "./limits.ts";

const limits = defaultLimits();

/** The least of a few times, in milliseconds: the machine may be busy with something else. */
function timeOf(work: () => void): number {
  const times = [1, 2, 3, 4].map(() => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
  return Math.min(...times);
}

test("S7 a query of 1 MB is refused by its length, and one of many tokens by their number, in a few milliseconds", () => {
  const long = `{ ${"a:__typename b:__typename ".repeat(40_000)} }`;
  expect(checkText(long, limits)?.extensions).toMatchObject({ limit: "characters" });
  const dense = `{ ${"a b ".repeat(20_000)} }`;
  expect(checkText(dense, limits)?.extensions).toMatchObject({ limit: "tokens" });
  const comments = "#\n".repeat(65_000);
  expect(checkText(comments, limits)).toBeUndefined();
  for (const document of [long, dense, comments]) {
    expect(timeOf(() => checkText(document, limits))).toBeLessThan(20);
  }
});

test("S7 a thousand aliases of one root field are refused", () => {
  const document = `{ ${Array.from({ length: 1_000 }, (_, at) => `a${at}: me { id }`).join(" ")} }`;
  expect(checkText(document, limits)?.extensions).toMatchObject({ limit: "aliases", value: 1000 });
});

test("the introspection query of graphql-js passes, and so does what is no GraphQL: that is the parser's", () => {
  expect(checkText(getIntrospectionQuery(), limits)).toBeUndefined();
  for (const text of ["", "{", '{ a(b: "', "}}}}", "?", "\u0000"]) {
    expect(checkText(text, limits)).toBeUndefined();
  }
});
