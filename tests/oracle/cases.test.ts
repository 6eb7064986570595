import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { examples } from "./all-examples.ts";
import { readCases } from "./cases.ts";
import { type EngineName, type StartedEngine, startEngine } from "./engines.ts";
import { createMonolith } from "./monolith.ts";
import { composeExample, type OracleGraph } from "./oracle-graph.ts";
import { differenceOf } from "./run.ts";

const cases = await readCases();
const graphs = new Map<string, OracleGraph>();
const engines = new Map<string, StartedEngine>();

beforeAll(async () => {
  for (const example of examples) graphs.set(example.name, await composeExample(example));
});

afterAll(async () => {
  for (const engine of engines.values()) await engine.stop();
});

function graphOf(name: string): OracleGraph {
  const graph = graphs.get(name);
  if (graph === undefined) throw new Error(`no example ${name}`);
  return graph;
}

async function engineOf(name: EngineName, graph: string): Promise<StartedEngine> {
  const key = `${name} ${graph}`;
  const started = engines.get(key) ?? (await startEngine(name, graphOf(graph)));
  engines.set(key, started);
  return started;
}

test.each(cases)("C47 the gateway's answer to $file is $gateway ($fault)", async (found) => {
  const engine = await engineOf("compiled", found.graph);
  const monolith = createMonolith(graphOf(found.graph));
  const difference = await differenceOf(monolith, engine.run, found.question);
  const wanted = found.gateway === "right" ? undefined : { kind: found.gateway };
  expect(difference).toEqual(wanted && expect.objectContaining(wanted));
});

// Contexts are a feature for which the stock engine refuses to start.
test.each(cases.filter(({ graph }) => graph !== "contexts"))(
  "the stock engine's answer to $file is $stock",
  async (found) => {
    const engine = await engineOf("stock", found.graph);
    const monolith = createMonolith(graphOf(found.graph));
    const difference = await differenceOf(monolith, engine.run, found.question);
    expect(difference === undefined ? "right" : "wrong").toBe(found.stock);
  },
);
