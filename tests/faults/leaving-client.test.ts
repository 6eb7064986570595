import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import pg from "pg";
import type { Client } from "../harness/client.ts";
import { type Graph, startGraph } from "../harness/graph.ts";
import { answerJson, createHttpDouble, type HttpDouble } from "../harness/http-double.ts";
import {
  createLibrary,
  eventually,
  loansSdl,
  type StartedGateway,
  startGateway,
} from "../harness/library.ts";
import { until } from "../harness/until.ts";

/** A subgraph that is asked first, for as long as the test wants, and one that is asked after it. */
let first: HttpDouble;
let second: HttpDouble;
let library: Awaited<ReturnType<typeof createLibrary>>;
let closed = 0;
let answerFirst = (): void => {};

beforeAll(async () => {
  library = await createLibrary();
  first = await createHttpDouble((_heard, response) => {
    response.on("close", () => {
      closed += 1;
    });
    answerFirst = () =>
      answerJson(response, { data: { books: [{ __typename: "Book", id: "1" }] } });
  });
  second = await createHttpDouble((_heard, response) =>
    answerJson(response, { data: { _entities: [{ dueInDays: 1 }] } }),
  );
});

beforeEach(() => {
  first.heard.length = 0;
  second.heard.length = 0;
  closed = 0;
});

afterAll(() => Promise.all([first, second, library.books, library.loans].map((it) => it.stop())));

describe.each(["on", "off"])("with SHARE_WORK=%s", (shareWork) => {
  let one: StartedGateway;

  beforeAll(async () => {
    one = await startGateway(
      [
        { ...library.books, url: first.url },
        { name: "loans", sdl: loansSdl, url: second.url },
      ],
      { SHARE_WORK: shareWork, SUBGRAPH_TIMEOUT_MS: "30000" },
    );
  });

  afterAll(() => one.stop());

  function ask(signal?: AbortSignal): Promise<unknown> {
    const answer = fetch(`${one.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ books { dueInDays } }" }),
      ...(signal && { signal }),
    }).then((response) => response.json());
    answer.catch(() => {});
    return answer;
  }

  const goodAnswer = { data: { books: [{ dueInDays: 1 }] } };

  test("R56 the call that a client waits for is ended when it leaves, and none is made after it", async () => {
    const leaving = new AbortController();
    void ask(leaving.signal);
    await eventually(async () => expect(first.heard).toHaveLength(1));
    leaving.abort();
    await eventually(async () => expect(closed).toBe(1));
    answerFirst();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(second.heard).toHaveLength(0);
    const metrics = await (await fetch(`${one.url}/metrics`)).text();
    expect(metrics).toContain('subgraph="books",outcome="CLIENT_CLOSED_REQUEST"} 1');
  });

  test("R56 it leaves nothing behind: the same request is answered after it", async () => {
    const leaving = new AbortController();
    void ask(leaving.signal);
    await eventually(async () => expect(first.heard).toHaveLength(1));
    const staying = ask();
    leaving.abort();
    await eventually(async () => expect(first.heard).toHaveLength(2));
    answerFirst();
    expect(await staying).toEqual(goodAnswer);
  });

  test("R56 of two who gathered for one piece of work, one may leave; when both have left, it ends", async () => {
    const before = ask();
    await eventually(async () => expect(first.heard).toHaveLength(1));
    const answerBefore = answerFirst;
    const leaving = [new AbortController(), new AbortController()];
    for (const { signal } of leaving) void ask(signal);
    const expected = shareWork === "on" ? 1 : 2;
    await new Promise((resolve) => setTimeout(resolve, 100));
    answerBefore();
    expect(await before).toEqual(goodAnswer);
    await eventually(async () => expect(first.heard).toHaveLength(1 + expected));
    const endedBefore = closed;
    leaving[0]?.abort();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(closed - endedBefore).toBe(expected - 1);
    leaving[1]?.abort();
    await eventually(async () => expect(closed - endedBefore).toBe(expected));
  });
});

describe("down to the database", () => {
  let graph: Graph;
  let ada: Client;
  /** Holds a lock that statements wait for. */
  let holder: pg.Client;
  let observer: pg.Client;

  beforeAll(async () => {
    graph = await startGraph({ data: "demo", env: { SUBGRAPH_TIMEOUTS: "todos=2000" } });
    ada = await graph.signIn("ada@example.com");
    [holder, observer] = [await connect(), await connect()];
  });

  afterEach(() => holder.query("ROLLBACK"));

  afterAll(async () => {
    await Promise.all([holder.end(), observer.end()]);
    await graph.stop();
  });

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: graph.databases.todos.url });
    await client.connect();
    return client;
  }

  async function hold(table: string): Promise<void> {
    await holder.query("BEGIN");
    await holder.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  }

  /** Of connections but those of the test, how many run a statement or have a transaction open. */
  async function underWay(): Promise<number> {
    const { rows } = await observer.query<{ count: number }>(
      "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> ALL ($1)",
      [[pidOf(holder), pidOf(observer)]],
    );
    return rows[0]?.count ?? 0;
  }

  /** Sends an operation and leaves once it waits in the database. */
  async function askAndLeave(query: string, variables: unknown = {}): Promise<void> {
    const leaving = new AbortController();
    const answer = fetch(graph.url, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${ada.token}` },
      body: JSON.stringify({ query, variables }),
      signal: leaving.signal,
    });
    answer.catch(() => {});
    await until(async () => (await underWay()) > 0);
    leaving.abort();
  }

  const page = "{ todos(first: 3) { edges { node { title } } } }";
  const create =
    "mutation ($input: CreateListInput!) { createList(input: $input) { list { id } } }";

  test("R56 the statement that a client waits for is ended when it leaves, and the next client is served", async () => {
    await hold("todos");
    await askAndLeave(page);
    await until(async () => (await underWay()) === 0, 2_000);
    await holder.query("ROLLBACK");
    const { todos } = await ada.data(page);
    expect(todos.edges).toHaveLength(3);
  });

  test("R56 a write that waits is rolled back when its client leaves: nothing of it is done", async () => {
    await hold("list_members");
    await askAndLeave(create, { input: { name: "Left behind" } });
    await until(async () => (await underWay()) === 0, 2_000);
    await holder.query("ROLLBACK");
    const { rows } = await observer.query("SELECT FROM lists WHERE name = 'Left behind'");
    expect(rows).toEqual([]);
    const { createList } = await ada.data(create, { input: { name: "Stayed" } });
    expect(createList.list.id).toEqual(expect.any(String));
  });

  test("R56 of many who leave, none keeps a connection or a lock", async () => {
    await hold("todos");
    for (let client = 0; client < 30; client++) await askAndLeave(page);
    await until(async () => (await underWay()) === 0, 3_000);
    await holder.query("ROLLBACK");
    await Promise.all(Array.from({ length: 30 }, () => ada.data(page)));
  });

  test("the database works no longer than the gateway waits", async () => {
    await hold("lists");
    const began = performance.now();
    const { errors } = await graph.anonymous.send(
      "{ lists(first: 3) { edges { node { name } } } }",
    );
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual([
      expect.stringMatching(/^(SUBGRAPH|DATABASE)_TIMEOUT$/),
    ]);
    await until(async () => (await underWay()) === 0, 2_000);
    // Neither the lock nor the limit of a statement has ended it.
    expect(performance.now() - began).toBeLessThan(4_500);
  });
});

function pidOf(client: pg.Client): number {
  return (client as unknown as { readonly processID: number }).processID;
}
