import { expect, test } from "@jest/globals";
import { OperationTypeNode } from "graphql";
import type { Fetch, Program } from "../../plan/program.ts";
import { findAlike } from "./find-alike.ts";

const fetch = (subgraph: string, name: string, fields: string): Fetch =>
  ({ subgraph, name, document: `query ${name}{${fields}}` }) as Fetch;

const program = (type: Program["type"], fetches: readonly Fetch[]): Program =>
  ({ type, fetches }) as Program;

const fetches = [
  fetch("books", "A__books__0", "title"),
  fetch("books", "A__books__1", "title"),
  fetch("loans", "A__loans__2", "title"),
  fetch("books", "A__books__3", "author"),
  fetch("books", "A__books__4", "title"),
];

test("fetches that ask one subgraph the same under names of their own are alike, in queries only", () => {
  expect(findAlike(program(OperationTypeNode.QUERY, fetches))).toEqual([
    0,
    0,
    undefined,
    undefined,
    0,
  ]);
  expect(findAlike(program(OperationTypeNode.MUTATION, fetches))[1]).toBeUndefined();
});

test("it takes no longer than there are fetches", () => {
  const timeOf = (count: number): number => {
    const many = Array.from({ length: count }, (_, at) =>
      fetch("books", `A__${at}`, "title ".repeat(100)),
    );
    const started = performance.now();
    expect(findAlike(program(OperationTypeNode.QUERY, many)).at(-1)).toBe(0);
    return performance.now() - started;
  };
  timeOf(2_000);
  // Sixteen times as many would take 256 times as long if each were compared with each.
  expect(timeOf(32_000)).toBeLessThan(100 * Math.max(timeOf(2_000), 1));
});
