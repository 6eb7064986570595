import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { v7 as uuid } from "uuid";
import { startRedis, type TestRedis } from "../../../tests/harness/redis.ts";
import type { SignedClient } from "../../../tests/harness/signed-client.ts";
import { startTodoReplicas, type TodoReplicas } from "../../../tests/harness/todo-replicas.ts";
import { person } from "../../../tests/harness/todos-subgraph.ts";
import { until } from "../../../tests/harness/until.ts";
import { withRedis } from "../../../tests/harness/with-redis.ts";

/** Milliseconds that a read may wait longer than one that no cache helps. */
const patience = 20;
/** Reads of which the medians are compared. */
const rounds = 15;

/** Of all that todos keeps: a list, a role, a todo; pages, counts and stats of a list and of a user. */
const document = `query ($list: ID!, $todo: ID!, $user: ID!) {
  list(id: $list) {
    name viewerRole stats { open }
    members(first: 5) { totalCount edges { node { role } } }
    todos(first: 5) { totalCount edges { node { title } } }
  }
  todo(id: $todo) { title }
  lists(first: 5) { totalCount edges { node { name viewerRole } } }
  _entities(representations: [{ __typename: "User", id: $user }]) {
    ... on User { todoStats { open } todos(first: 5) { totalCount edges { node { title } } } }
  } }`;

let redis: TestRedis;
let replicas: TodoReplicas;
const owner = person();
let ids: { readonly list: string; readonly todo: string; readonly user: string };
let title = "";

/** Milliseconds of one read, whose answer must be right. */
async function read(client: SignedClient): Promise<number> {
  const began = performance.now();
  const data = await client.data(document, ids, owner);
  const took = performance.now() - began;
  const todos = { totalCount: 1, edges: [{ node: { title } }] };
  expect(data).toEqual({
    list: {
      name: "List",
      viewerRole: "OWNER",
      stats: { open: 1 },
      members: { totalCount: 1, edges: [{ node: { role: "OWNER" } }] },
      todos,
    },
    todo: { title },
    lists: { totalCount: 1, edges: [{ node: { name: "List", viewerRole: "OWNER" } }] },
    _entities: [{ todoStats: { open: 1 }, todos }],
  });
  return took;
}

/** Reads through both replicas and the one without a cache in turn are right, and take about the same time. */
async function expectReads(): Promise<void> {
  const [cached, usual]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    usual.push(await read(replicas.uncached));
    for (const client of replicas.clients) cached.push(await read(client));
  }
  const median = (times: readonly number[]): number =>
    times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? Number.NaN;
  expect(median(cached) - median(usual)).toBeLessThan(patience);
}

/** Changes the todo and reads it at once through everybody. */
async function expectWrite(): Promise<void> {
  title = `Todo ${uuid()}`;
  const rename = `mutation ($input: UpdateTodoInput!) { updateTodo(input: $input) { todo { title } } }`;
  const [writer] = replicas.clients;
  const { todo } = await replicas.uncached.data(
    "query ($todo: ID!) { todo(id: $todo) { version } }",
    ids,
    owner,
  );
  await writer?.data(rename, { input: { id: ids.todo, version: todo.version, title } }, owner);
  for (const client of [...replicas.clients, replicas.uncached]) await read(client);
}

withRedis("R62 todos are read and stay right", () => {
  beforeAll(async () => {
    redis = await startRedis();
    replicas = await startTodoReplicas(2, redis.url);
    const { uncached } = replicas;
    title = "Todo";
    const { createList } = await uncached.data(
      'mutation { createList(input: { name: "List" }) { list { id } } }',
      {},
      owner,
    );
    const { createTodo } = await uncached.data(
      "mutation ($input: CreateTodoInput!) { createTodo(input: $input) { todo { id } } }",
      { input: { listId: createList.list.id, title } },
      owner,
    );
    ids = { list: createList.list.id, todo: createTodo.todo.id, user: owner.id };
  });

  // All is read from the caches.
  beforeEach(() =>
    until(async () => {
      const statements = await replicas.statements.during(() =>
        Promise.all(replicas.clients.map(read)),
      );
      return statements.length === 0;
    }),
  );

  afterAll(async () => {
    redis?.resume();
    await replicas?.stop();
    await redis?.stop();
  });

  test("while Redis is killed, and when another one takes its place", async () => {
    await redis.kill();
    await expectReads();
    await expectWrite();
    await redis.restart();
    await expectReads();
    await expectWrite();
  });

  test("while Redis is paused", async () => {
    redis.pause();
    await expectReads();
    await expectWrite();
    redis.resume();
    await expectReads();
  });

  test("while Redis takes seconds to answer", async () => {
    await redis.ask((client) => client.call("CLIENT", "PAUSE", "4000", "ALL"));
    await expectReads();
    await expectWrite();
    await redis.ask((client) => client.call("CLIENT", "UNPAUSE"));
    await expectReads();
  });

  test("while Redis is full", async () => {
    await redis.ask(async (client) => {
      await client.config("SET", "maxmemory-policy", "noeviction");
      await client.config("SET", "maxmemory", "1");
    });
    await expectReads();
    await expectWrite();
    await redis.ask((client) => client.config("SET", "maxmemory", "0"));
  });

  test("when everything in Redis is of another type", async () => {
    await redis.ask(async (client) => {
      for (const key of await client.keys("*")) {
        await client.del(key);
        await client.sadd(key, "not what it was");
      }
    });
    await expectReads();
    await expectWrite();
    await redis.ask((client) => client.flushall());
  });
});
