import { beforeEach, expect, test } from "@jest/globals";
import { systemClock } from "../../../runtime/clock.ts";
import { failure } from "../../../runtime/errors.ts";
import type { OperationSource } from "../compile.ts";
import type { Planned } from "../planner.ts";
import { createOperationStore, type OperationStore, type Stored } from "./operation-store.ts";

const MiB = 1024 * 1024;
let planned: OperationSource[];
let linked: number;
let store: OperationStore<string>;
let now: number;

beforeEach(() => {
  planned = [];
  linked = 0;
  now = Date.now();
  store = createStore();
});

/** Documents that start with `bad` are refused, those that start with `down` find no planner. */
function createStore(bytes = 4 * MiB, schemaId = "one"): OperationStore<string> {
  return createOperationStore({
    schemaId,
    bytes,
    clock: { now: () => now },
    planner: { compile: plan },
    link({ name }) {
      linked += 1;
      return `${schemaId}: ${name}`;
    },
    refuse: (document) => (document === "huge" ? failure("OPERATION_TOO_COMPLEX") : undefined),
  });
}

async function plan(source: OperationSource): Promise<Planned> {
  planned.push(source);
  await new Promise(setImmediate);
  if (source.document.startsWith("down")) throw failure("OVERLOADED");
  if (source.document.startsWith("bad"))
    return { kind: "refused", errors: [{ message: "no" }], characters: 100 };
  const name = [source.document.slice(0, 40), source.operationName, ...source.labels].join("/");
  const parts = [JSON.stringify({ name })];
  if (source.document.includes("long")) parts.push('{"shapes":[]}');
  return { kind: "program", parts, characters: 1_000 };
}

function source(document: string, operationName?: string, labels: readonly string[] = []) {
  return { document: fresh(document), operationName, labels, denied: [] };
}

/** A string of its own, as each request brings one. */
function fresh(text: string): string {
  return Buffer.from(text).toString();
}

const runnable = (runnable: string): Stored<string> => ({ kind: "runnable", runnable });

test("C42 of two hundred cold identical operations one is planned, and the others wait for it", async () => {
  const all = Array.from({ length: 200 }, () => store.get(source("{ a }")));
  const answers = await Promise.all(all);
  expect(new Set(answers)).toEqual(new Set([runnable("one: { a }/")]));
  expect(planned).toHaveLength(1);
  expect(store.stats()).toMatchObject({ hits: 0, misses: 200, operations: 1 });
});

test("what is known is there at once, without a promise", async () => {
  await store.get(source("{ a }"));
  for (let use = 0; use < 100; use++) {
    expect(store.get(source("{ a }"))).toEqual(runnable("one: { a }/"));
  }
  expect(planned).toHaveLength(1);
  expect(store.stats()).toMatchObject({ hits: 100, misses: 1 });
});

test("what ran once is text until it is asked for again, and is ready from then on", async () => {
  await store.get(source("{ a }"));
  const { bytes } = store.stats();
  expect(bytes).toBeLessThan(1_000 + 2 * "{ a }".length + 1);
  for (let use = 0; use < 3; use++) store.get(source("{ a }"));
  expect(linked).toBe(2);
  expect(store.stats().bytes).toBeGreaterThan(3 * bytes);
  expect(store.stats()).toMatchObject({ hits: 3, misses: 1, operations: 1 });
});

test("a long program is read once for all who ask for it a second time", async () => {
  await store.get(source("{ long }"));
  const second = [1, 2, 3].map(() => store.get(source("{ long }")));
  for (const one of second) expect(one).toBeInstanceOf(Promise);
  expect(new Set(await Promise.all(second))).toEqual(new Set([runnable("one: { long }/")]));
  expect([linked, planned.length]).toEqual([2, 1]);
  expect(store.get(source("{ long }"))).toEqual(runnable("one: { long }/"));
});

test("C41 a flight that failed fails for all who waited, and the next one plans again", async () => {
  const waiting = [source("down"), source("down")].map((one) => store.get(one));
  for (const one of await Promise.allSettled(waiting)) {
    expect(one).toMatchObject({ reason: { extensions: { code: "OVERLOADED" } } });
  }
  expect(planned).toHaveLength(1);
  await expect(store.get(source("down"))).rejects.toMatchObject({ message: expect.anything() });
  expect(planned).toHaveLength(2);
});

test("S34 operations of one document, and labels of overrides, have programs of their own", async () => {
  const document = "query A { a } query B { b }";
  const all = [
    source(document, "A"),
    source(document, "B"),
    source(document),
    source(document, "A", ["percent(5)"]),
    source(document, "A", ["percent(5)", "percent(9)"]),
  ];
  const first = await Promise.all(all.map((one) => store.get(one)));
  expect(new Set(first.map((one) => JSON.stringify(one))).size).toBe(5);
  for (const [at, one] of all.entries()) expect(store.get({ ...one })).toEqual(first[at]);
  expect(planned).toHaveLength(5);
});

test("S35 two schemas never share a program", async () => {
  const other = createStore(4 * MiB, "other");
  expect(await store.get(source("{ a }"))).toEqual(runnable("one: { a }/"));
  expect(await other.get(source("{ a }"))).toEqual(runnable("other: { a }/"));
  expect(planned).toHaveLength(2);
  expect([store.stats().misses, other.stats().misses]).toEqual([1, 1]);
});

test("documents that are equal where the slots look, and long ones of equal length, are told apart", async () => {
  for (const length of [400, 20_000]) {
    const texts = ["b", "c", "d"].map((letter) => `${"a".repeat(length)}${letter}`);
    for (let round = 0; round < 3; round++) {
      for (const text of texts) await store.get(source(text));
    }
    const found = planned.filter(({ document }) => document.length === length + 1);
    expect(found.map(({ document }) => document.at(-1))).toEqual(["b", "c", "d"]);
  }
});

test("a refusal is remembered for a minute, then asked for again", async () => {
  const refused = { kind: "refused", errors: [{ message: "no" }] };
  expect(await store.get(source("bad"))).toMatchObject(refused);
  now += 59_000;
  expect(store.get(source("bad"))).toMatchObject(refused);
  expect(planned).toHaveLength(1);
  now += 2_000;
  expect(await store.get(source("bad"))).toMatchObject(refused);
  expect(planned).toHaveLength(2);
});

test("S7 a text that goes beyond a limit is refused before it is planned", () => {
  expect(store.get(source("huge"))).toMatchObject({
    kind: "refused",
    errors: [{ extensions: { code: "OPERATION_TOO_COMPLEX" } }],
  });
  expect(planned).toHaveLength(0);
});

test("S33 a flood of texts that come once, good and bad, takes no more than its bytes and drives out nothing that is used", async () => {
  const used = Array.from({ length: 20 }, (_, at) => source(`{ used(id: ${at}) }`));
  for (const one of [...used, ...used]) await store.get(one);
  for (let batch = 0; batch < 100; batch++) {
    const texts = Array.from({ length: 100 }, (_, at) => batch * 100 + at);
    await Promise.all(
      texts.flatMap((at) => [
        store.get(source(`{ a(id: "${at}") ${"x".repeat(500)} }`)),
        store.get(source(`bad ${at} ${"x".repeat(500)}`)),
      ]),
    );
  }
  expect(store.stats().bytes).toBeLessThanOrEqual(4 * MiB);
  expect(store.stats().bytes).toBeGreaterThan(MiB / 2);
  for (const one of used) expect(store.get(one)).toMatchObject({ kind: "runnable" });
});

test("what is used often stays however much is used twice", async () => {
  const hot = source("{ hot }");
  await store.get(hot);
  for (let at = 0; at < 2_000; at++) {
    await store.get(source(`{ a${at} }`));
    await store.get(source(`{ a${at} }`));
    for (let use = 0; use < 10; use++) store.get(hot);
  }
  expect(store.stats().bytes).toBeLessThanOrEqual(4 * MiB);
  expect(store.get(source("{ hot }"))).toEqual(runnable("one: { hot }/"));
  expect(planned.filter(({ document }) => document === "{ hot }")).toHaveLength(1);
});

test("what was used more than once warms the store of the next schema, as far as it fits it", async () => {
  const used: readonly (readonly [string, number])[] = [
    ["{ often }", 5],
    ["{ once }", 1],
    ["{ twice }", 2],
    ["{ thrice }", 3],
  ];
  for (const [text, times] of used) {
    for (let use = 0; use < times; use++) await store.get(source(text));
  }
  const sources = store.mostUsed(2);
  expect(sources.map(({ document }) => document)).toEqual(["{ often }", "{ thrice }"]);
  const next = createStore(4 * MiB, "next");
  expect(await next.warm([...sources, source("bad"), source("down")], 1_000)).toBe(2);
  expect(next.get(source("{ often }"))).toEqual(runnable("next: { often }/"));
  expect(next.mostUsed(10)).toHaveLength(2);
});

test("warming ends when its time is over, whatever it waits for", async () => {
  const stuck = createOperationStore({
    schemaId: "stuck",
    bytes: MiB,
    clock: systemClock,
    planner: { compile: () => new Promise<Planned>(() => {}) },
    link: () => "",
    refuse: () => undefined,
  });
  expect(await stuck.warm([source("{ a }"), source("{ b }")], 50)).toBe(0);
});
