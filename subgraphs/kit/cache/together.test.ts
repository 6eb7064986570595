import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { startRedis, type TestRedis } from "../../../tests/harness/redis.ts";
import type { SignedClient } from "../../../tests/harness/signed-client.ts";
import { startTodoReplicas, type TodoReplicas } from "../../../tests/harness/todo-replicas.ts";
import { person } from "../../../tests/harness/todos-subgraph.ts";
import { startUserReplicas, type UserReplicas } from "../../../tests/harness/user-replicas.ts";
import { withRedis } from "../../../tests/harness/with-redis.ts";

/** Milliseconds that one write waits at most, as docs/consistency.md says, and what a busy machine adds; two would take 6,600. */
const oneWait = 3_300 + 1_700;

let redis: TestRedis;
let users: UserReplicas;
let todos: TodoReplicas;

withRedis("several writes in one request", () => {
  beforeAll(async () => {
    redis = await startRedis();
    users = await startUserReplicas(2, redis.url);
    todos = await startTodoReplicas(2, redis.url);
  });

  afterEach(() => redis.resume());

  afterAll(async () => {
    await users?.stop();
    await todos?.stop();
    await redis?.stop();
  });

  async function timeOf(work: () => Promise<unknown>): Promise<number> {
    const began = performance.now();
    await work();
    return performance.now() - began;
  }

  test("R62 wait together for a Redis that is paused, and each sees what it wrote: users", async () => {
    const viewer = await users.signUp("twice");
    const [one, other] = users.clients as [SignedClient, SignedClient];
    const read = "query ($id: ID!) { user(id: $id) { name } }";
    for (const client of [one, other]) await client.data(read, { id: viewer.id });
    redis.pause();
    const took = await timeOf(async () => {
      const document = `mutation {
        a: updateProfile(input: { name: "a" }) { user { name } }
        b: updateProfile(input: { name: "b" }) { user { name } } }`;
      expect(await one.data(document, {}, viewer)).toEqual({
        a: { user: { name: "a" } },
        b: { user: { name: "b" } },
      });
    });
    expect(took).toBeLessThan(oneWait);
    for (const client of [one, other]) {
      expect(await client.data(read, { id: viewer.id })).toEqual({ user: { name: "b" } });
    }
  });

  test("R62 wait together for a Redis that is paused, and each sees what it wrote: todos", async () => {
    const viewer = person();
    const [one, other] = todos.clients as [SignedClient, SignedClient];
    const { createList } = await one.data(
      'mutation { createList(input: { name: "l" }) { list { id } } }',
      {},
      viewer,
    );
    const id = createList.list.id;
    const read = "query ($id: ID!) { list(id: $id) { name version todos { totalCount } } }";
    for (const client of [one, other]) await client.data(read, { id }, viewer);
    redis.pause();
    const took = await timeOf(async () => {
      const document = `mutation ($id: ID!) {
        a: createTodo(input: { listId: $id, title: "a" }) { todo { title list { todos { totalCount } } } }
        b: updateList(input: { id: $id, version: 1, name: "m" }) { list { name } }
        c: createTodo(input: { listId: $id, title: "c" }) { todo { title list { name todos { totalCount } } } } }`;
      expect(await one.data(document, { id }, viewer)).toEqual({
        a: { todo: { title: "a", list: { todos: { totalCount: 1 } } } },
        b: { list: { name: "m" } },
        c: { todo: { title: "c", list: { name: "m", todos: { totalCount: 2 } } } },
      });
    });
    expect(took).toBeLessThan(oneWait);
    for (const client of [one, other]) {
      expect(await client.data(read, { id }, viewer)).toEqual({
        list: { name: "m", version: 2, todos: { totalCount: 2 } },
      });
    }
  });
});
