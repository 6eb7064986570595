import { expect, test } from "@jest/globals";
import { ConfigError } from "../../runtime/env.ts";
import { projectRoot } from "../../runtime/project-root.ts";
import { readOwnSubgraphs } from "../project/own-subgraphs.ts";
import { singularOf } from "./fill-template.ts";
import { readWish } from "./read-wish.ts";

const root = projectRoot();
const own = readOwnSubgraphs(root);
const letters =
  "must be 2 to 30 lower-case letters and digits and begin with a letter, such as reviews.";

test.each([
  [[], "Usage: npm run new:subgraph -- NAME [--port N]"],
  [["reviews", "more"], "Usage: npm run new:subgraph -- NAME [--port N]"],
  [["reviews", "--colour", "red"], "Usage: npm run new:subgraph -- NAME [--port N]"],
  [["My-Reviews"], `NAME: "My-Reviews" ${letters}`],
  [["../reviews"], `NAME: "../reviews" ${letters}`],
  [["records"], "NAME: records is a word of the code around it, so choose another name."],
  [["redis"], "NAME: redis is something else beside the subgraphs, so choose another name."],
  [["todos"], "NAME: subgraphs/todos is there already."],
  [["kit"], "NAME: subgraphs/kit is there already."],
  [["reviews", "--port", "80000"], "--port: must be a whole number from 1 to 65535."],
  [["reviews", "--port", "4001"], "--port: 4001 belongs to another process."],
])("%j is refused with one sentence", (args, words) => {
  expect(() => readWish(args, own, root)).toThrow(new ConfigError(words));
});

test("a port is what was asked for, or the next after all others", () => {
  const next = Math.max(...own.map(({ port }) => port)) + 1;
  expect(readWish(["reviews"], own, root)).toEqual({ name: "reviews", port: next });
  expect(readWish(["reviews", "--port", "4100"], own, root)).toEqual({
    name: "reviews",
    port: 4100,
  });
});

test.each([
  ["reviews", "review"],
  ["stories", "story"],
  ["boxes", "box"],
  ["status", "statusItem"],
  ["class", "classItem"],
  ["inventory", "inventoryItem"],
])("what %s holds is called %s", (name, singular) => {
  expect(singularOf(name)).toBe(singular);
});
