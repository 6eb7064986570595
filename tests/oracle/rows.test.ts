import { afterEach, describe, expect, test } from "@jest/globals";
import { compareOutcomes } from "./compare.ts";
import { type Intercept, type StartedEngine, startEngine } from "./engines.ts";
import { type Example, fails, refs } from "./example.ts";
import { newsroom } from "./examples/newsroom.ts";
import { parcels } from "./examples/parcels.ts";
import { shelves } from "./examples/shelves.ts";
import { createMonolith } from "./monolith.ts";
import { composeExample } from "./oracle-graph.ts";
import type { Outcome, Question } from "./question.ts";

let engine: StartedEngine | undefined;

afterEach(async () => {
  await engine?.stop();
  engine = undefined;
});

/** The monolith's answer and the gateway's. */
async function ask(
  example: Example,
  question: Question,
  intercept?: Intercept,
): Promise<{ readonly expected: Outcome; readonly actual: Outcome }> {
  const graph = await composeExample(example);
  engine = await startEngine("compiled", graph, intercept);
  const expected = await createMonolith(graph)(question);
  return { expected, actual: await engine.run(question) };
}

const entitiesOf = (outcome: Outcome) => (outcome.data as { _entities: unknown[] })._entities;

describe("one entity at many places", () => {
  const names = ["Parcel:1", "Parcel:4", "Parcel:2"];
  const many: Example = {
    ...parcels,
    root: {
      ...parcels.root,
      parcels: Array.from({ length: 500 }, (_, index) => refs(names[index % 3] ?? "")[0] ?? null),
    },
  };

  test("C39 it is sent once, and its data and its error reach all 500", async () => {
    const sent: number[] = [];
    const broken = { ...many.computed, "Parcel.price": () => fails("no price today") };
    const { actual, expected } = await ask(
      { ...many, computed: broken },
      { document: "{ parcels { id price } }", variables: {} },
      (_subgraph, { variables: { representations } }, next) => {
        if (Array.isArray(representations)) sent.push(representations.length);
        return next();
      },
    );
    expect(sent).toEqual([3]);
    expect(actual.data).toEqual(expected.data);
    expect(actual.errors).toHaveLength(500);
    expect(compareOutcomes(expected, actual)).toBeUndefined();
  });
});

describe("an entity that a subgraph does not know", () => {
  test.each([
    ["a non-null field", "{ feed { ... on Story { title author { name } } } }"],
    [
      "a non-null field of a non-null object",
      "{ feed { ... on Picture { takenBy { badge { number } } } } }",
    ],
    ["a field in a list of non-null objects", "{ strict { id reach } }"],
    ["a nullable field", "{ front { ads { text } } }"],
  ])("C43 costs %s no more than a monolith's null, and says why", async (_, document) => {
    const { actual, expected } = await ask(newsroom, { document, variables: {} });
    expect(compareOutcomes(expected, actual)).toBeUndefined();
    if (expected.errors !== undefined) expect(actual.errors).not.toHaveLength(0);
  });
});

describe("C44 a subgraph whose entities are wrong", () => {
  const question = { document: "{ parcels { id name price } }", variables: {} };

  /** One for each parcel, and one of a name that cannot be read. */
  const mostErrors = 6;

  /** Damages what shipping says of its entities. */
  const damaged =
    (damage: (outcome: Outcome) => unknown): Intercept =>
    async (subgraph, { variables: { representations } }, next) => {
      const outcome = await next();
      return subgraph === "shipping" && representations !== undefined
        ? (damage(outcome) as Outcome)
        : outcome;
    };

  /** What shipping does not tell is null; everything else is as it would be. */
  const withoutPrices = (expected: Outcome) =>
    JSON.parse(JSON.stringify(expected.data, (key, value) => (key === "price" ? null : value)));

  test.each<[string, (outcome: Outcome) => unknown]>([
    ["there are fewer", (outcome) => ({ data: { _entities: entitiesOf(outcome).slice(1) } })],
    ["there are more", (outcome) => ({ data: { _entities: [...entitiesOf(outcome), {}] } })],
    ["they are no list", () => ({ data: { _entities: {} } })],
    ["there is no data", () => ({ data: null, errors: [{ message: "down" }] })],
    ["there is nothing at all", () => ({})],
    [
      "they are text",
      (outcome) => ({ data: { _entities: entitiesOf(outcome).map(() => "text") } }),
    ],
    ["they are lists", (outcome) => ({ data: { _entities: entitiesOf(outcome).map(() => []) } })],
  ])("costs only its own fields, with an error, when %s", async (_, damage) => {
    const { actual, expected } = await ask(parcels, question, damaged(damage));
    expect(actual.data).toEqual(withoutPrices(expected));
    expect(actual.errors?.length).toBeGreaterThan(0);
    expect(actual.errors?.length).toBeLessThanOrEqual(mostErrors);
  });

  test.each([
    ["is out of range", ["_entities", 99, "price"]],
    ["is negative", ["_entities", -1, "price"]],
    ["is no path", { at: "price" }],
    ["has a number for a name", [7, 7, 7]],
    ["is empty", []],
    ["is missing", undefined],
  ])("costs nothing else when the path of an error %s", async (_, path) => {
    const lie = (outcome: Outcome) => ({
      ...outcome,
      errors: [{ message: "somewhere", path, locations: -1 }],
    });
    const { actual, expected } = await ask(parcels, question, damaged(lie));
    expect(actual.data).toEqual(expected.data);
    expect(actual.errors?.length).toBeGreaterThan(0);
    expect(actual.errors?.length).toBeLessThanOrEqual(mostErrors);
  });
});

describe("variables", () => {
  test.each(["representations", "__proto__", "constructor", "toString", "hasOwnProperty"])(
    "C45 one called $%s reaches a fetch of entities",
    async (name) => {
      const document = `query ($${name}: [[Int!]]) { rightOnly { left far(to: $${name}) } }`;
      const variables = Object.fromEntries([[name, [[1, 2]]]]);
      const { actual, expected } = await ask(shelves, { document, variables });
      expect(JSON.stringify(expected.data)).toContain("far");
      expect(compareOutcomes(expected, actual)).toBeUndefined();
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
  );
});
