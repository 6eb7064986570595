import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { projectRoot } from "../runtime/project-root.ts";
import type { CompilerRules } from "./limited-compiler.ts";
import { defaultLimits } from "./limits/limits.ts";
import { compose } from "./plan/compose.ts";
import type { Planned, Planner } from "./plan/planner.ts";
import { createPlannerProcess } from "./plan/planner-process.ts";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])`;
/** An interface of many types whose fields are in two subgraphs. */
const kinds = Array.from({ length: 12 }, (_, at) => `Kind${at}`);
const sources = [
  {
    name: "nodes",
    sdl: `${link}
      type Query { node: Node nodes: [Node!]! }
      interface Node { id: ID! node: Node }
      ${kinds.map((kind) => `type ${kind} implements Node @key(fields: "id") { id: ID! node: Node a${kind}: Int }`).join("\n")}`,
  },
  {
    name: "more",
    sdl: `${link}
      ${kinds.map((kind) => `type ${kind} @key(fields: "id") { id: ID! b${kind}: Int }`).join("\n")}`,
  },
];

let planner: Planner;
const planned: number[] = [];

beforeAll(async () => {
  const compilerOptions: CompilerRules = {
    introspection: true,
    limits: defaultLimits(),
    listSize: 10,
  };
  planner = createPlannerProcess({
    entry: join(projectRoot(), "dist", "gateway", "planner-main.js"),
    supergraphSdl: await compose(
      sources.map((one) => ({ ...one, url: "http://localhost", place: one.name })),
    ),
    compilerOptions,
    timeoutMs: 3_000,
    memoryMb: 512,
    watch: {
      started: () => {},
      planned: (milliseconds) => planned.push(milliseconds),
      waiting: () => {},
      restarted: () => {},
      failed: () => {},
      priorityKept: () => {},
    },
  });
  await planner.start();
});

afterAll(() => planner.stop());

function plan(document: string): Promise<Planned> {
  return planner.compile({ document, operationName: undefined, labels: [], denied: [] });
}

/** Refused for these reasons, among others. */
const refused = (extensions: Record<string, unknown>): object => ({
  kind: "refused",
  errors: expect.arrayContaining([
    expect.objectContaining({ extensions: expect.objectContaining(extensions) }),
  ]),
});

test("S4 thirty nested fragments that are each spread twice are refused before they are planned", async () => {
  await plan("{ node { id } }");
  const before = planned.length;
  const lag = monitorEventLoopDelay({ resolution: 5 });
  const waits: number[] = [];
  lag.enable();
  for (const attempt of [1, 2, 3, 4, 5]) {
    const chain = Array.from(
      { length: 29 },
      (_, at) => `fragment F${at} on Node { a: node { ...F${at + 1} } b: node { ...F${at + 1} } }`,
    );
    const document = `query Q${attempt} { node { ...F0 } } ${chain.join(" ")} fragment F29 on Node { id }`;
    const started = performance.now();
    const limit = { code: "OPERATION_TOO_COMPLEX", limit: "selections" };
    expect(await plan(document)).toMatchObject(refused(limit));
    waits.push(performance.now() - started);
  }
  lag.disable();
  expect(Math.min(...waits)).toBeLessThan(50);
  expect(Math.min(...planned.slice(before))).toBeLessThan(50);
  expect(lag.percentile(50) / 1e6).toBeLessThan(20);
});

test("S5 fragments for all types of an interface are refused beyond a limit, and cost a bounded time below it", async () => {
  const fragments = (count: number): string =>
    Array.from({ length: count }, (_, at) => {
      const kind = kinds[at % kinds.length];
      return `fragment F${at} on ${kind} { a${kind} b${kind} node { id } }`;
    }).join(" ");
  const spreads = (count: number): string =>
    Array.from({ length: count }, (_, at) => `...F${at}`).join(" ");
  const tooMany = `{ node { ${spreads(301)} } } ${fragments(301)}`;
  expect(await plan(tooMany)).toMatchObject(refused({ limit: "fragments", value: 301 }));
  const inline = kinds.map((kind) => `... on ${kind} { b${kind} }`).join(" ");
  const crowded = `{ node { ${inline.concat(" ").repeat(26)} } }`;
  expect(await plan(crowded)).toMatchObject(refused({ limit: "conditions", value: 312 }));
  const deep = `{ ${`nodes { node { ${spreads(100)} } } `.repeat(2)} } ${fragments(100)}`;
  const started = performance.now();
  expect(["program", "refused"]).toContain((await plan(deep)).kind);
  expect(performance.now() - started).toBeLessThan(20_000);
  expect(await plan("{ node { node { id } } }")).toMatchObject({ kind: "program" });
});

test("S6 cyclic fragments are a validation error", async () => {
  const document =
    "{ node { ...A } } fragment A on Node { id node @include(if: true) { ...B } } fragment B on Node { ...A id }";
  expect(await plan(document)).toMatchObject(refused({ code: "GRAPHQL_VALIDATION_FAILED" }));
});

test("S7 a hundred and one aliases of one root field are refused", async () => {
  const aliases = Array.from({ length: 101 }, (_, at) => `a${at}: node { id }`);
  expect(await plan(`{ ${aliases.join(" ")} }`)).toMatchObject(
    refused({ limit: "rootFields", value: 101, maximum: 100 }),
  );
});

test("S8 a thousand identical fields are refused, 500 directives on one field are a validation error, each in a moment", async () => {
  const before = planned.length;
  expect(await plan(`{ node { ${"id ".repeat(1_000)} } }`)).toMatchObject(
    refused({ limit: "repetitions", value: 1_000 }),
  );
  const directives = "@include(if: true) ".repeat(500);
  expect(await plan(`{ node { id ${directives} } }`)).toMatchObject(
    refused({ code: "GRAPHQL_VALIDATION_FAILED" }),
  );
  for (const milliseconds of planned.slice(before)) expect(milliseconds).toBeLessThan(1_500);
});

test("S10 circular introspection is limited, the introspection of tools is not", async () => {
  const circle =
    "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
  expect(await plan(circle)).toMatchObject(refused({ code: "GRAPHQL_VALIDATION_FAILED" }));
  expect(await plan("{ __schema { types { name fields { name } } } }")).toMatchObject({
    kind: "program",
  });
});

test("a large cold operation does not hold up the process that asks for it", async () => {
  const inline = kinds.map((kind) => `... on ${kind} { a${kind} b${kind} }`).join(" ");
  const level = (depth: number): string => (depth === 0 ? "" : `node { id ${level(depth - 1)} }`);
  const parts = Array.from({ length: 40 }, (_, at) => `p${at}: node { ${inline} ${level(8)} }`);
  const lag = monitorEventLoopDelay({ resolution: 2 });
  lag.enable();
  const compiled = await plan(`{ ${parts.join(" ")} }`);
  lag.disable();
  const milliseconds = planned.at(-1) ?? 0;
  expect(compiled.kind).toBe("program");
  expect(milliseconds).toBeGreaterThan(100);
  expect(lag.percentile(99) / 1e6).toBeLessThan(milliseconds / 4);
});
