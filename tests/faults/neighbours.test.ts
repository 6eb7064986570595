import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { Client } from "../harness/client.ts";
import { type Graph, startGraph } from "../harness/graph.ts";

let graph: Graph;
let ada: Client;

beforeAll(async () => {
  graph = await startGraph({ data: "demo", wired: true, env: { SUBGRAPH_TIMEOUT_MS: "1500" } });
  ada = await graph.signIn("ada@example.com");
});

afterEach(() => {
  for (const wire of Object.values(graph.wires)) wire.mend();
});

afterAll(() => graph.stop());

const across =
  '{ userByHandle(handle: "ada") { name lists(first: 2) { edges { node { name } } } } }';

async function answersAgain(document: string): Promise<void> {
  for (let attempt = 0; attempt < 40; attempt++) {
    const answer = await ada.send(document);
    if (answer.errors === undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(await ada.send(document)).toMatchObject({ errors: undefined });
}

test("R53 a subgraph that is down costs its fields, not the answer, and recovers alone", async () => {
  graph.wires.todos.cut();
  const answer = await ada.send('{ userByHandle(handle: "ada") { name todoStats { total } } }');
  expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([
    expect.objectContaining({ code: "SUBGRAPH_UNAVAILABLE", service: "todos" }),
  ]);
  expect(await ada.data("{ users(first: 1) { totalCount } }")).toEqual({
    users: { totalCount: 50 },
  });
  graph.wires.todos.mend();
  await answersAgain(across);
});

test("R52 a subgraph that hangs is given up at its deadline", async () => {
  graph.wires.todos.freeze();
  const started = performance.now();
  const answer = await ada.send("{ me { name } lists(first: 1) { totalCount } }");
  expect(performance.now() - started).toBeLessThan(4_000);
  expect(answer.errors?.[0]?.extensions).toMatchObject({
    code: "SUBGRAPH_TIMEOUT",
    service: "todos",
  });
  graph.wires.todos.mend();
  await answersAgain(across);
});

test("R66 a database that is gone is a typed error, and it is used again when it is back", async () => {
  graph.wires.todosDatabase.cut();
  const answer = await ada.send(
    '{ userByHandle(handle: "ada") { name } todos(first: 1) { totalCount } }',
  );
  expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(["DATABASE_UNAVAILABLE"]);
  expect(JSON.stringify(answer)).not.toMatch(/ECONN|127\.0\.0\.1|postgres/i);
  graph.wires.todosDatabase.mend();
  await answersAgain(across);
});

test("R66 a database that takes bytes and never answers is given up before the deadline of the gateway", async () => {
  await ada.data(across);
  graph.wires.usersDatabase.freeze();
  const started = performance.now();
  const answer = await ada.send("{ users(first: 3) { edges { node { name } } } }");
  expect(performance.now() - started).toBeLessThan(6_000);
  expect(["DATABASE_UNAVAILABLE", "DATABASE_TIMEOUT", "SUBGRAPH_TIMEOUT"]).toContain(
    answer.errors?.[0]?.extensions.code,
  );
  graph.wires.usersDatabase.mend();
  await answersAgain(across);
});
