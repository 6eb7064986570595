import { describe, expect, test } from "@jest/globals";
import { codeOf } from "../../runtime/errors.ts";
import {
  betweenCursors,
  cursorOf,
  type Order,
  orderAndLimit,
  type PageArguments,
  pageEnds,
  parsePage,
  rowsOfPage,
} from "./pagination.ts";

type Column = "id" | "dueAt";
const id = "01890000-0000-7000-8000-000000000001";
const byDue: Order<Column> = {
  name: "DUE_AT_ASC",
  key: "coalesce(t.due_at, 'infinity')",
  type: "timestamptz",
  direction: "ASC",
  column: "dueAt",
  whenNull: "infinity",
  accepts: (text) => text === "infinity" || !Number.isNaN(Date.parse(text)),
};

const page = (args: PageArguments) => parsePage("TodoList.todos", byDue, args);
const codeFor = (args: PageArguments): unknown => {
  try {
    page(args);
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
};

describe("sizes", () => {
  test("the default is 20, forward", () => {
    expect(page({})).toMatchObject({ size: 20, backward: false });
    expect(page({ last: 5 })).toMatchObject({ size: 5, backward: true });
  });

  test.each([{ first: 0 }, { first: -1 }, { last: 101 }, { first: 1, last: 1 }])(
    "%j is refused",
    (args) => {
      expect(codeFor(args)).toBe("BAD_USER_INPUT");
    },
  );
});

describe("cursors", () => {
  const cursor = cursorOf(page({}), { dueAt: "2026-01-01T00:00:00+00:00" }, id);

  test("a cursor leads back to its row", () => {
    expect(page({ after: cursor }).after).toEqual({ key: "2026-01-01T00:00:00+00:00", id });
  });

  test("a null key has its place at the end", () => {
    expect(page({ after: cursorOf(page({}), { dueAt: null }, id) }).after).toEqual({
      key: "infinity",
      id,
    });
  });

  const made = (...parts: unknown[]): string =>
    Buffer.from(JSON.stringify(parts)).toString("base64url");
  test.each([
    ["of another connection", made("User.todos/DUE_AT_ASC", "infinity", id)],
    ["of another order", made("TodoList.todos/TITLE_ASC", "a", id)],
    ["with a key of another type", made("TodoList.todos/DUE_AT_ASC", "'; DROP TABLE todos", id)],
    ["with an id that is none", made("TodoList.todos/DUE_AT_ASC", "infinity", "7")],
    ["with too many parts", made("TodoList.todos/DUE_AT_ASC", "infinity", id, 1)],
    ["made up", "abc"],
    ["empty", ""],
    ["huge", "x".repeat(10_000)],
  ])("S31 a cursor %s is refused", (_name, after) => {
    expect(codeFor({ after })).toBe("INVALID_CURSOR");
  });
});

describe("SQL", () => {
  const cursor = cursorOf(page({}), { dueAt: "2026-01-01T00:00:00Z" }, id);

  test("the key and the id are compared as one row, values are parameters", () => {
    const { text, values } = betweenCursors(page({ after: cursor }), "t.id");
    expect(text).toBe(
      "true AND (coalesce(t.due_at, 'infinity'), t.id) > ($1::timestamptz, $2::uuid)",
    );
    expect(values).toEqual(["2026-01-01T00:00:00Z", id]);
  });

  test("backward pages read in reverse and are turned round", () => {
    const last = page({ last: 2, before: cursor });
    expect(betweenCursors(last, "t.id").text).toContain("<");
    expect(orderAndLimit(last, "t.id").text).toContain("DESC, t.id DESC LIMIT $1");
    expect(rowsOfPage(last, [3, 2, 1])).toEqual([2, 3]);
    expect(pageEnds(last, [3, 2, 1])).toEqual({ hasPreviousPage: true, hasNextPage: true });
  });

  test("one row more than asked says that there is a next page", () => {
    expect(pageEnds(page({ first: 2 }), [1, 2, 3])).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
    });
    expect(pageEnds(page({ first: 2, after: cursor }), [1, 2])).toEqual({
      hasNextPage: false,
      hasPreviousPage: true,
    });
  });
});
