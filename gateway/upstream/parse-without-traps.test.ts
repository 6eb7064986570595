import { describe, expect, test } from "@jest/globals";
import { parseWithoutTraps } from "./parse-without-traps.ts";

const query = "{ user { id name } }";
const trap = '{"polluted":1}';

describe("S3 keys that reach prototypes are dropped wherever they stand, and what is beside them stays", () => {
  test.each([
    ["__proto__", `{"__proto__":${trap}}`],
    ["__proto__ with a letter as its number", `{"_\\u005Fpr\\u006fto__":${trap}}`],
    ["constructor.prototype", `{"constructor":{"prototype":${trap}}}`],
    [
      "constructor.prototype with letters as numbers",
      `{"\\u0063onstructor":{"\\u0070rototype":${trap}}}`,
    ],
  ])("%s", (_name, traps) => {
    const value = parseWithoutTraps(
      `{"data":${traps.slice(0, -1)},"list":[${traps},{"id":1}]}}`,
      query,
    );
    expect(Reflect.ownKeys((value as { data: object }).data)).toEqual(["list"]);
    expect(value).toEqual({ data: { list: [{}, { id: 1 }] } });
    expect(Object.prototype).not.toHaveProperty("polluted");
  });
});

test("S1 a name that the query uses as an alias stays, as a key of its own", () => {
  const text = '{"__proto__":"Ada","constructor":{"prototype":1}}';
  const value = parseWithoutTraps(text, "{ __proto__: name constructor: job { prototype: id } }");
  expect(Object.entries(value as object)).toEqual([
    ["__proto__", "Ada"],
    ["constructor", { prototype: 1 }],
  ]);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

test("data that only resembles such keys stays", () => {
  const text = '{"constructor":"Ferrari","prototype":["__proto__"],"caf\\u00e9":"\\u005f_proto__"}';
  expect(parseWithoutTraps(text, query)).toEqual(JSON.parse(text));
});
