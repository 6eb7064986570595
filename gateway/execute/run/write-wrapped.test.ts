import { expect, test } from "@jest/globals";
import type { Wrapping } from "../../plan/program.ts";
import type { Run } from "./run.ts";
import { one, parts, writeWrapped } from "./write-wrapped.ts";

function createRun(): Run {
  return { path: ["field"], errors: [], reasons: 0, text: "" } as unknown as Run;
}

/** What is written at `field`, and the places of the reasons; numbers are written, all else has no form. */
function write(wrapping: Wrapping, value: unknown): readonly [string | undefined, ...string[]] {
  const run = createRun();
  const written = writeWrapped(wrapping, one, (item) => {
    if (typeof item === "number") run.text += `${item}`;
    return typeof item === "number";
  })(value, run);
  expect(run.path).toEqual(["field"]);
  return [written ? run.text : undefined, ...run.errors.map(({ path = [] }) => path.join("."))];
}

const nullable = { nonNull: false, items: [] };
const nonNull = { nonNull: true, items: [] };

test("C43 null is written where it may be, and explained where it may not", () => {
  expect(write(nullable, null)).toEqual(["null"]);
  expect(write(nullable, undefined)).toEqual(["null"]);
  expect(write(nonNull, null)).toEqual([undefined, "field"]);
  expect(write(nonNull, 1)).toEqual(["1"]);
});

test("C43 what has no form is null, and goes on up where it may not be", () => {
  expect(write(nullable, "x")).toEqual(["null"]);
  expect(write(nonNull, "x")).toEqual([undefined]);
});

test("C43 an item that may not be null costs its list, at whatever depth", () => {
  expect(write({ nonNull: false, items: [false] }, [1, null, 3])).toEqual(["[1,null,3]"]);
  expect(write({ nonNull: false, items: [true] }, [1, null, 3])).toEqual(["null", "field.1"]);
  expect(write({ nonNull: true, items: [true] }, [1, null])).toEqual([undefined, "field.1"]);
  const deep = { nonNull: true, items: [false, true] };
  expect(write(deep, [[1], [2, null], null, []])).toEqual(["[[1],null,null,[]]", "field.1.1"]);
  expect(write({ nonNull: false, items: [true, true] }, [[1], [null]])).toEqual([
    "null",
    "field.1.0",
  ]);
});

test("C44 what should be a list and is none is explained", () => {
  expect(write({ nonNull: false, items: [false] }, { 0: 1 })).toEqual(["null", "field"]);
  expect(write({ nonNull: false, items: [false] }, "text")).toEqual(["null", "field"]);
});

test("lists that several layers have are written item by item, null only where all have null", () => {
  const run = createRun();
  const writeAll = writeWrapped({ nonNull: false, items: [false] }, parts, (values) => {
    run.text += JSON.stringify(values);
    return true;
  });
  expect(writeAll([[1, null, 3], undefined, [4, null, null]], run)).toBe(true);
  expect(run.text).toBe("[[1,null,4],null,[3,null,null]]");
  expect(writeAll([null, undefined], run)).toBe(true);
  expect(run.text).toBe("[[1,null,4],null,[3,null,null]]null");
});
