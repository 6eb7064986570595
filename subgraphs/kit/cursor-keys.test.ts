import { expect, test } from "@jest/globals";
import { isTextKey, isTimestampKey } from "./cursor-keys.ts";

test.each(["2026-01-31T09:30:00Z", "2026-01-31T09:30:00.123+00:00", "0001-01-01T00:00:00.1Z"])(
  "%s is a key of an order by time",
  (text) => {
    expect(isTimestampKey(text)).toBe(true);
  },
);

test.each([
  "",
  "now",
  "infinity",
  "2026-02-30T00:00:00Z",
  "2026-01-31T24:00:00Z",
  "0000-01-01T00:00:00Z",
  "2026-01-31",
  "2026-01-31T09:30:00+02:00",
])("%p is no key of an order by time", (text) => {
  expect(isTimestampKey(text)).toBe(false);
});

test("a key of an order by text holds no NUL, which PostgreSQL cannot store", () => {
  expect(isTextKey("Ada 🙂")).toBe(true);
  expect(isTextKey("Ada\0")).toBe(false);
});
