import { expect, test } from "@jest/globals";
import type { Viewer } from "../request.ts";
import { createLabelsOf } from "./override-labels.ts";

const field = (name: string, label: string): string =>
  `${name}: Int @join__field(graph: A, override: "b", overrideLabel: "${label}")`;
const sdl = `type Query { ${[
  "percent(5)",
  "percent(33.3)",
  "percent(0)",
  "percent(100)",
  "team-x",
  "percent(1000)",
  "percent(x)",
]
  .map((label, index) => field(`f${index}`, label))
  .join(" ")} }`;
const labelsOf = createLabelsOf(sdl);
const user = (id: string): Viewer => ({ kind: "user", id, role: "USER", session: "s" });

test("each label is on for its share of the viewers", () => {
  const counts = new Map<string, number>();
  for (let index = 0; index < 20_000; index++) {
    for (const label of labelsOf(user(`0190-${index}`), "r")) {
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
  }
  const share = (label: string): number => (counts.get(label) ?? 0) / 200;
  expect(share("percent(5)")).toBeGreaterThan(4);
  expect(share("percent(5)")).toBeLessThan(6);
  expect(share("percent(33.3)")).toBeGreaterThan(31.5);
  expect(share("percent(33.3)")).toBeLessThan(35);
  expect(share("percent(0)")).toBe(0);
  expect(share("percent(100)")).toBe(100);
});

test("labels that are no share of a hundred are off", () => {
  for (let index = 0; index < 100; index++) {
    const labels = labelsOf(user(String(index)), "r");
    for (const off of ["team-x", "percent(1000)", "percent(x)"]) expect(labels).not.toContain(off);
  }
});

test("a viewer keeps theirs whatever the request and the session, and a larger share keeps who had a smaller one", () => {
  for (let index = 0; index < 500; index++) {
    const labels = labelsOf(user(String(index)), "one");
    expect(labelsOf({ ...user(String(index)), session: "other" } as Viewer, "two")).toEqual(labels);
    if (labels.includes("percent(5)")) expect(labels).toContain("percent(33.3)");
    expect(labels).toEqual([...labels].sort());
  }
});

test("the anonymous are spread by request", () => {
  const all = Array.from({ length: 100 }, (_, index) =>
    labelsOf({ kind: "anonymous" }, `${index}`),
  );
  expect(new Set(all.map((labels) => labels.join())).size).toBeGreaterThan(1);
});

test("without such a label nobody is told apart", () => {
  const none = createLabelsOf("type Query { a: Int }");
  expect(none(user("1"), "r")).toBe(none(user("2"), "q"));
  expect(none(user("1"), "r")).toEqual([]);
});
