import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { v7 as uuid } from "uuid";
import { anonymous, writeAsker } from "../../../runtime/identity.ts";
import { createRequestSigner, signatureHeader } from "../../../runtime/request-signature.ts";
import { columnsRead } from "../../../tests/harness/columns-read.ts";
import { explained } from "../../../tests/harness/explained.ts";
import type { Recorded } from "../../../tests/harness/recorder.ts";
import { startRedis, type TestRedis } from "../../../tests/harness/redis.ts";
import { type SignedClient, signingKey } from "../../../tests/harness/signed-client.ts";
import { startTodoReplicas, type TodoReplicas } from "../../../tests/harness/todo-replicas.ts";
import { type Person, person } from "../../../tests/harness/todos-subgraph.ts";
import { until } from "../../../tests/harness/until.ts";
import { withRedis } from "../../../tests/harness/with-redis.ts";
import { cachedListColumns, cachedMemberColumns, cachedTodoColumns } from "./cached-kinds.ts";

let redis: TestRedis;
let replicas: TodoReplicas;
let one: SignedClient;
let other: SignedClient;

const owner = person();

async function list(visibility: "PUBLIC" | "PRIVATE", by: Person = owner): Promise<string> {
  const { createList } = await one.data(
    "mutation ($input: CreateListInput!) { createList(input: $input) { list { id } } }",
    { input: { name: "List", visibility } },
    by,
  );
  return createList.list.id;
}

async function todo(listId: string, title: string): Promise<string> {
  const { createTodo } = await one.data(
    "mutation ($input: CreateTodoInput!) { createTodo(input: $input) { todo { id } } }",
    { input: { listId, title, notes: "strictly confidential" } },
    owner,
  );
  return createTodo.todo.id;
}

const listById = "query ($id: ID!) { list(id: $id) { name } }";
const todoById = "query ($id: ID!) { todo(id: $id) { title } }";
const firstPage = "query ($id: ID!) { list(id: $id) { todos { edges { node { title } } } } }";
const wholeList = `query ($id: ID!) { list(id: $id) { name viewerRole stats { total overdue }
  members(first: 5) { totalCount edges { node { role } } } todos(first: 5) { totalCount edges { node { title } } } } }`;

const keyOfFirstPage = (id: string): string => `todos:${id}?CREATED_AT_DESC,20`;

/**
 * A list of one todo whose first page is in Redis, and where. On a busy machine Redis may be passed over for a while, and then the
 * page is kept by the process alone.
 */
function placed(
  visibility: "PUBLIC" | "PRIVATE",
  title: string,
): Promise<{ readonly id: string; readonly at: string }> {
  return redis.ask((client) =>
    until(async () => {
      const id = await list(visibility);
      await todo(id, title);
      await other.data(firstPage, { id }, owner);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const at = (await client.keys(`supergraph:todos:*:${keyOfFirstPage(id)}`))[0];
      return at !== undefined && { id, at };
    }),
  );
}

const columnNames = (table: string, columns: readonly string[]): readonly string[] =>
  columns
    .map((name) => `${table}.${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`)
    .sort();

const statementOf = (statements: readonly Recorded[], table: string): string =>
  statements.find(({ text }) => text.includes(`FROM ${table}`))?.text ?? "";

/** Everything that Redis holds as text. */
async function held(): Promise<string> {
  return redis.ask(async (client) => {
    const keys = (await client.keys("supergraph:todos:*")).filter(
      (key) => !/(guard|drops|acks:.*)$/.test(key),
    );
    return keys.length > 0 ? (await client.mget(keys)).join() : "";
  });
}

withRedis("what two replicas of todos keep", () => {
  beforeAll(async () => {
    redis = await startRedis();
    replicas = await startTodoReplicas(2, redis.url);
    [one, other] = replicas.clients as [SignedClient, SignedClient];
  });

  afterAll(async () => {
    await replicas?.stop();
    await redis?.stop();
  });

  test.each(["PUBLIC", "PRIVATE"] as const)(
    "a %s list with all that it has costs no statement when it is asked for again",
    async (visibility) => {
      const id = await list(visibility);
      await todo(id, "one");
      const lists = `{ lists(first: 5) { totalCount edges { node { name viewerRole } } } }`;
      const todos = `query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User {
        todos(first: 3) { totalCount edges { node { title } } } todoStats { open } } } }`;
      const again = () =>
        replicas.statements.during(async () => {
          await one.data(wholeList, { id }, owner);
          await one.data(lists, {}, owner);
          await one.data(todos, { id: owner.id }, owner);
        });
      await until(async () => (await again()).length === 0);
      // And all but nothing in the other replica, which finds it in Redis.
      await until(async () => {
        const read =
          "query ($id: ID!) { list(id: $id) { todos(first: 7) { edges { node { title } } } } }";
        await one.data(read, { id }, owner);
        const statements = await replicas.statements.during(() => other.data(read, { id }, owner));
        return statements.length === 0;
      });
    },
  );

  test("C50 a miss reads the columns that are cached, whatever was selected, and no others", async () => {
    const id = await list("PUBLIC");
    const todoId = await todo(id, "one");
    await one.data(
      "mutation ($ids: [ID!]!) { completeTodos(ids: $ids) { __typename } }",
      { ids: [todoId] },
      owner,
    );
    await one.data(
      "mutation ($input: UpdateListInput!) { updateList(input: $input) { __typename } }",
      { input: { id, version: 1, name: "Renamed" } },
      owner,
    );
    const todos = columnNames("todos", cachedTodoColumns);
    const ofTodo = await replicas.statements.during(() => one.data(todoById, { id: todoId }));
    expect(columnsRead(statementOf(ofTodo, "todos t"))).toEqual(todos);
    expect(columnsRead(statementOf(ofTodo, "lists l"))).toEqual(
      columnNames("lists", cachedListColumns),
    );
    const ofList = await replicas.statements.during(() =>
      one.data(
        "query ($id: ID!) { list(id: $id) { members { edges { node { role } } } todos { edges { node { title } } } } }",
        { id },
      ),
    );
    expect(columnsRead(statementOf(ofList, "list_members m"))).toEqual(
      columnNames("list_members", cachedMemberColumns),
    );
    expect(columnsRead(statementOf(ofList, "todos t"))).toEqual(todos);
    expect(todos).not.toContain("todos.notes");
  });

  test("S36 notes are read each time, by those only who see the list, and never kept", async () => {
    const id = await todo(await list("PRIVATE"), "title of a private todo");
    const notes = "query ($id: ID!) { todo(id: $id) { notes title } }";
    for (const client of [one, other, one]) {
      const own = { todo: { notes: "strictly confidential", title: "title of a private todo" } };
      expect(await client.data(notes, { id }, owner)).toEqual(own);
      expect(await client.data(todoById, { id }, owner)).toMatchObject({
        todo: { title: own.todo.title },
      });
      for (const viewer of [anonymous, person()]) {
        expect(await client.data(notes, { id }, viewer)).toEqual({ todo: null });
        expect(await client.data(todoById, { id }, viewer)).toEqual({ todo: null });
      }
    }
    expect(await until(async () => (await held()).includes("title of a private todo"))).toBe(true);
    expect(await held()).not.toContain("confidential");
  });

  test.each(["of another list", "cut off", "no text at all"])(
    "S37 a page in Redis that is %s counts as none",
    async (what) => {
      const { at: from } = await placed("PRIVATE", "secret");
      const { at, id } = await placed("PUBLIC", "open");
      await redis.ask(async (client) => {
        const text = (await client.get(at)) ?? "";
        await client.del(at);
        if (what === "of another list") await client.copy(from, at);
        else if (what === "cut off") await client.set(at, text.slice(0, -1));
        else await client.rpush(at, "no", "page");
      });
      const statements = await replicas.statements.during(async () => {
        expect(await one.data(firstPage, { id })).toEqual({
          list: { todos: { edges: [{ node: { title: "open" } }] } },
        });
      });
      expect(statements.filter(({ text }) => text.includes("t.title"))).toHaveLength(1);
    },
  );

  test("R63 a page that everybody wants at once is read from the database once by each replica at most", async () => {
    const id = await list("PUBLIC");
    await todo(id, "one");
    const statements = await replicas.statements.during(() =>
      Promise.all(
        Array.from({ length: 200 }, (_, at) =>
          (at % 2 === 0 ? one : other).data(wholeList, { id }),
        ),
      ),
    );
    const pages = statements.filter(({ text }) => text.includes("t.title"));
    expect(pages.length).toBeGreaterThan(0);
    expect(pages.length).toBeLessThanOrEqual(2);
  });

  test("R64 what was committed with its keys by somebody who died is seen by all within a second", async () => {
    const id = await list("PUBLIC");
    for (const client of [one, other]) await client.data(listById, { id });
    const payload = JSON.stringify({ keys: [`list:${id}`, `tag.1:TodoList:${id}`] });
    await replicas.sql(
      `WITH renamed AS (UPDATE lists SET name = 'Left behind' WHERE id = '${id}')
       INSERT INTO outbox (id, target, topic, key, payload) VALUES ($1, 'cache', 'entities.changed', 'by hand', $2)`,
      [uuid(), payload],
    );
    const died = performance.now();
    await until(async () => {
      const seen = await Promise.all([one, other].map((client) => client.data(listById, { id })));
      return seen.every(({ list }) => list.name === "Left behind");
    });
    expect(performance.now() - died).toBeLessThan(1_000);
  });

  test("a page can be asked about: what is there, under which tags, and that it counts no more", async () => {
    const ask = async (key: string) => (await explained(redis.url, "todos", key))[0]?.entry;
    const { id } = await placed("PUBLIC", "one");
    const key = keyOfFirstPage(id);
    const tag = `tag.1:TodoList:${id}:todos`;
    expect(await ask(key)).toMatchObject({
      kind: "entry",
      value: [{ title: "one" }],
      tags: [tag],
    });
    await todo(id, "two");
    expect(await ask(key)).toEqual({ kind: "dropped", tags: [tag] });
    expect(await ask(keyOfFirstPage(uuid()))).toEqual({ kind: "absent" });
    expect(await ask(tag)).toEqual({ kind: "tag", drops: expect.any(Number) });
  });

  test("the gateway is told how new an answer is, and nobody else", async () => {
    const heard = async (url: string, signed = true): Promise<string | null> => {
      const body = JSON.stringify({ query: "{ __typename }" });
      const sign = createRequestSigner({
        key: signingKey,
        sender: "gateway",
        clock: replicas.clock,
      });
      const request = { method: "POST", path: "/graphql", body };
      const signature = signed ? sign(request, writeAsker(anonymous, "")) : "none";
      const headers = { "content-type": "application/json", [signatureHeader]: signature };
      const response = await fetch(url, { method: "POST", headers, body });
      await response.text();
      return response.headers.get("x-heard");
    };
    const [url = "", otherUrl = ""] = replicas.urls;
    const before = await heard(otherUrl);
    await list("PRIVATE");
    const after = await heard(otherUrl);
    const [names, epoch, number] = before?.split(" ") ?? [];
    expect(names).toMatch(/^supergraph:todos:[0-9a-f]{12}:[0-9a-f]{12}:$/);
    expect(after?.split(" ").slice(0, 2)).toEqual([names, epoch]);
    expect(Number(after?.split(" ")[2])).toBeGreaterThan(Number(number));
    expect(await heard(replicas.uncachedUrl)).toBe(`${names} * *`);
    expect(await heard(url, false)).toBeNull();
  });
});
