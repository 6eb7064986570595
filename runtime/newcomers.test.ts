import { expect, test } from "@jest/globals";
import { createNewcomers } from "./newcomers.ts";

const keysOf = (...keys: readonly string[]) => keys.map((key) => ({ key }));
const many = (prefix: string, count: number) =>
  keysOf(...Array.from({ length: count }, (_, index) => `${prefix}${index}`));

test("new keys are welcome while few come", () => {
  const newcomers = createNewcomers({ perSecond: 10, memory: 60_000, places: 65_536 });
  expect(newcomers.welcome(many("a", 8))).toHaveLength(8);
  expect(newcomers.welcome(many("b", 8))).toEqual([]);
});

test("of many new keys each is welcome when it comes again, and the others of its batch are not", () => {
  const newcomers = createNewcomers({ perSecond: 1, memory: 60_000, places: 65_536 });
  expect(newcomers.welcome(many("a", 50))).toEqual([]);
  const mixed = [...many("a", 3), ...many("b", 20)];
  expect(newcomers.welcome(mixed)).toEqual(many("a", 3));
  expect(newcomers.welcome(mixed)).toEqual(mixed);
});

test("however many keys come, no more than its places are known", () => {
  const newcomers = createNewcomers({ perSecond: 1, memory: 60_000, places: 64 });
  newcomers.welcome(many("a", 1_000));
  expect(newcomers.welcome(many("a", 1_000)).length).toBeLessThanOrEqual(64);
});

test("a key that was asked for long ago is new again", async () => {
  const newcomers = createNewcomers({ perSecond: 1, memory: 20, places: 65_536 });
  newcomers.welcome(many("a", 5));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(newcomers.welcome(many("a", 5))).toEqual([]);
});

test("of many new keys together all are turned away at once, and known from then on", () => {
  const newcomers = createNewcomers({ perSecond: 1, memory: 60_000, places: 65_536 });
  expect(newcomers.turnAway("user:", ["a", "b"])).toBe(true);
  expect(newcomers.turnAway("user:", ["c", "b", "d"])).toBe(false);
  expect(newcomers.welcome(keysOf("user:a", "user:c", "list:a", "user:d"))).toEqual(
    keysOf("user:a"),
  );
});

test("nobody is turned away while few come", () => {
  const newcomers = createNewcomers({ perSecond: 10, memory: 60_000, places: 65_536 });
  expect(newcomers.turnAway("user:", ["a", "b"])).toBe(false);
  expect(newcomers.welcome(keysOf("user:a", "user:b"))).toHaveLength(2);
});
