import { expect, test } from "@jest/globals";
import { OperationTypeNode } from "graphql";
import type { Program } from "./program.ts";
import { readProgram, writePlanned } from "./program-text.ts";

const cost = { terms: [], inputs: {}, tally: [], base: 0 };

/** A program with so many fetches, places and shapes; what it means does not matter here. */
function program(count: number): Program {
  const list = Array.from({ length: count }, (_, index) => index);
  return {
    type: OperationTypeNode.QUERY,
    name: "Large",
    variables: [],
    switches: [],
    plan: { kind: "fetch", fetch: 0 },
    explained: undefined,
    fetches: list.map((index) => ({
      subgraph: "books",
      document: `{ book${index} { title } }`,
      name: undefined,
      type: OperationTypeNode.QUERY,
      variables: [],
      place: 0,
      path: [],
      prefix: [],
      requires: undefined,
      entityTypes: [],
      inputRewrites: [],
      renamed: {},
      context: [],
    })),
    places: list.map((index) => ({
      parent: 0,
      reads: [{ layer: 1, key: `book${index}` }],
      base: 1,
      joins: [],
      typename: [],
      identity: undefined,
    })),
    shapes: list.map((index) => ({ place: index, cases: [], decided: false })),
    interfaceObjects: [],
    introspection: undefined,
    requirements: [],
    cost,
  };
}

function partsOf(of: Program): readonly string[] {
  const planned = writePlanned({ kind: "program", program: of });
  if (planned.kind !== "program") throw new Error("it was refused");
  expect(planned.characters).toBe(planned.parts.join("").length);
  return planned.parts;
}

test("a program of usual size is one text, and is read at once", () => {
  const parts = partsOf(program(10));
  expect(parts).toHaveLength(1);
  expect(readProgram(parts)).toEqual(program(10));
});

test("a program of megabytes comes in parts of some kilobytes, and others have their turn between two of them", async () => {
  const large = program(10_000);
  const parts = partsOf(large);
  expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(70 * 1024);
  let turns = 0;
  let read = false;
  const count = (): void => {
    turns += 1;
    if (!read) setImmediate(count);
  };
  count();
  const whole = await readProgram(parts);
  read = true;
  expect(whole).toEqual(large);
  expect(turns).toBeGreaterThanOrEqual(parts.length - 1);
});

test("a refusal keeps its errors", () => {
  const errors = [{ message: "no", extensions: { code: "BAD_USER_INPUT" } }];
  expect(writePlanned({ kind: "refused", errors })).toEqual({
    kind: "refused",
    errors,
    characters: JSON.stringify(errors).length,
  });
});
