import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Client } from "../harness/client.ts";
import { type Graph, startGraph } from "../harness/graph.ts";

let graph: Graph;
let owner: Client & { readonly id: string };
let stranger: Client & { readonly id: string };
let list: { id: string; version: number };
let todo: { id: string; version: number };

beforeAll(async () => {
  graph = await startGraph({ data: "empty" });
  owner = await graph.signUp("owner");
  stranger = await graph.signUp("stranger");
  const created = await owner.data(
    'mutation { createList(input: { name: "Home" }) { list { id version } } }',
  );
  list = created.createList.list;
  todo = await createTodo("Water the plants");
});

afterAll(() => graph.stop());

async function createTodo(
  title: string,
  on: string = list.id,
): Promise<{ id: string; version: number }> {
  const { createTodo: payload } = await owner.data(
    "mutation ($input: CreateTodoInput!) { createTodo(input: $input) { todo { id version } } }",
    { input: { listId: on, title } },
  );
  return payload.todo;
}

const create =
  "mutation ($input: CreateTodoInput!) { createTodo(input: $input) { todo { title dueAt notes } } }";
const update =
  "mutation ($input: UpdateTodoInput!) { updateTodo(input: $input) { todo { title version } } }";
const complete =
  "mutation ($ids: [ID!]!) { completeTodos(ids: $ids) { todos { id status completedAt } } }";

async function totalTodos(): Promise<number> {
  const { todos } = await owner.data("{ todos { totalCount } }");
  return todos.totalCount;
}

describe("documents and variables", () => {
  test.each([
    ["an unknown field", "{ me { nickname } }", {}, "GRAPHQL_VALIDATION_FAILED"],
    ["a syntax error", "{ me { ", {}, "GRAPHQL_PARSE_FAILED"],
    [
      "a literal of the wrong type",
      '{ users(first: "ten") { totalCount } }',
      {},
      "GRAPHQL_VALIDATION_FAILED",
    ],
    [
      "a variable of the wrong type",
      "query ($n: Int) { users(first: $n) { totalCount } }",
      { n: "ten" },
      "BAD_USER_INPUT",
    ],
    ["a missing variable", "query ($id: ID!) { user(id: $id) { name } }", {}, "BAD_USER_INPUT"],
    [
      "an unknown input field",
      create,
      { input: { listId: "x", title: "x", colour: "red" } },
      "BAD_USER_INPUT",
    ],
    [
      "an unknown enum value",
      "query ($o: TodoOrder) { todos(orderBy: $o) { totalCount } }",
      { o: "NAME" },
      "BAD_USER_INPUT",
    ],
    [
      "an unknown operation",
      "query A { me { id } } query B { me { id } }",
      {},
      "OPERATION_RESOLUTION_FAILURE",
    ],
  ])("%s has a code", async (_name, document, variables, code) => {
    const answer = await owner.send(document, variables);
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
    expect(answer.data ?? null).toBeNull();
  });
});

describe("ids and pages", () => {
  test.each([
    ["user", '{ user(id: "7") { name } }', "BAD_USER_INPUT user"],
    ["list", '{ list(id: "x") { name } }', "BAD_USER_INPUT list"],
    ["todo", '{ todo(id: "") { title } }', "BAD_USER_INPUT todo"],
    ["first: 0", "{ users(first: 0) { totalCount edges { cursor } } }", "BAD_USER_INPUT users"],
    // Refused before todos is asked: nobody can say what it costs.
    ["first: -1", "{ todos(first: -1) { edges { cursor } } }", "BAD_USER_INPUT"],
    ["first over the cap", "{ todos(first: 101) { edges { cursor } } }", "BAD_USER_INPUT todos"],
    [
      "first with last",
      "{ lists(first: 1, last: 1) { edges { cursor } } }",
      "BAD_USER_INPUT lists",
    ],
    ["a made-up cursor", '{ todos(after: "abc") { edges { cursor } } }', "INVALID_CURSOR todos"],
  ])("%s", async (_name, document, expected) => {
    expect(await owner.codes(document)).toEqual([expected]);
  });

  test("a cursor of another connection or another order is refused", async () => {
    const { todos } = await owner.data("{ todos(first: 1) { edges { cursor } } }");
    const { cursor } = todos.edges[0];
    const page =
      "query ($c: String!, $o: TodoOrder) { todos(after: $c, orderBy: $o) { edges { cursor } } }";
    expect(await owner.codes(page, { c: cursor, o: "TITLE_ASC" })).toEqual([
      "INVALID_CURSOR todos",
    ]);
    expect(
      await owner.codes("query ($c: String!) { lists(after: $c) { edges { cursor } } }", {
        c: cursor,
      }),
    ).toEqual(["INVALID_CURSOR lists"]);
    expect(
      await owner.codes("query ($c: String!) { users(after: $c) { edges { cursor } } }", {
        c: cursor,
      }),
    ).toEqual(["INVALID_CURSOR users"]);
  });
});

describe("texts", () => {
  test.each([
    ["empty", ""],
    ["blank", " \t "],
    ["huge", "x".repeat(100_000)],
    ["with a control character", "a\u0000b"],
    ["with a line feed", "a\nb"],
    ["with a direction override", "a\u202Eb"],
    ["with half a character", "a\uD83D"],
  ])("a title that is %s is refused and nothing is written", async (_name, title) => {
    const before = await totalTodos();
    expect(await owner.codes(create, { input: { listId: list.id, title } })).toEqual([
      "BAD_USER_INPUT createTodo",
    ]);
    expect(await totalTodos()).toBe(before);
  });

  test.each([
    ["emoji", "🧑‍🌾🌱 plant"],
    ["right-to-left", "להשקות את העציצים"],
    ["quotes and SQL", "'; DROP TABLE todos; --"],
  ])("a title of %s comes back as it was", async (_name, title) => {
    const data = await owner.data(create, { input: { listId: list.id, title } });
    expect(data.createTodo.todo.title).toBe(title);
  });
});

describe("dates", () => {
  test.each([
    ["past", "1970-01-01T00:00:00.000Z"],
    ["far future", "9999-12-31T23:59:59.999Z"],
  ])("a %s date is kept", async (_name, dueAt) => {
    const data = await owner.data(create, { input: { listId: list.id, title: "dated", dueAt } });
    expect(data.createTodo.todo.dueAt).toBe(dueAt);
  });

  test.each(["tomorrow", "2026-02-30T00:00:00Z", "2026-01-01", "+012026-01-01T00:00:00Z"])(
    "%s is not a date",
    async (dueAt) => {
      const answer = await owner.send(create, {
        input: { listId: list.id, title: "dated", dueAt },
      });
      expect(answer.errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    },
  );
});

describe("accounts", () => {
  const signUp = "mutation ($input: SignUpInput!) { signUp(input: $input) { user { id } } }";
  const account = {
    handle: "fresh",
    name: "Fresh",
    email: "fresh@example.com",
    password: "a long enough password",
  };

  test("a taken handle or e-mail is refused in any letter case", async () => {
    expect(await graph.anonymous.codes(signUp, { input: { ...account, handle: "OWNER" } })).toEqual(
      ["HANDLE_TAKEN signUp"],
    );
    expect(
      await graph.anonymous.codes(signUp, { input: { ...account, email: "Owner@Example.COM" } }),
    ).toEqual(["EMAIL_TAKEN signUp"]);
  });

  test("wrong credentials say nothing about which half is wrong", async () => {
    const signIn = "mutation ($input: SignInInput!) { signIn(input: $input) { expiresAt } }";
    const known = await graph.anonymous.send(signIn, {
      input: { email: "owner@example.com", password: "wrong password" },
    });
    const unknown = await graph.anonymous.send(signIn, {
      input: { email: "nobody@example.com", password: "wrong password" },
    });
    expect(known.errors?.[0]).toMatchObject({ extensions: { code: "INVALID_CREDENTIALS" } });
    expect({ ...unknown.errors?.[0], locations: null }).toEqual({
      ...known.errors?.[0],
      locations: null,
    });
  });
});

describe("objects of others", () => {
  test("what a viewer may not see does not exist for them", async () => {
    expect(
      await stranger.data("query ($id: ID!) { todo(id: $id) { title } }", { id: todo.id }),
    ).toEqual({ todo: null });
    expect(
      await stranger.codes(update, { input: { id: todo.id, version: 1, title: "mine" } }),
    ).toEqual(["NOT_FOUND updateTodo"]);
    expect(await stranger.codes(complete, { ids: [todo.id] })).toEqual(["NOT_FOUND completeTodos"]);
    expect(await graph.anonymous.codes(complete, { ids: [todo.id] })).toEqual([
      "UNAUTHENTICATED completeTodos",
    ]);
  });

  test("a deleted object is gone for its owner, too", async () => {
    const { id } = await createTodo("short-lived");
    await owner.data("mutation ($ids: [ID!]!) { deleteTodos(ids: $ids) { __typename } }", {
      ids: [id],
    });
    expect(await owner.codes(complete, { ids: [id] })).toEqual(["NOT_FOUND completeTodos"]);
  });

  test("an assignee must be a member of the list", async () => {
    const assign =
      "mutation ($input: AssignTodosInput!) { assignTodos(input: $input) { todos { id } } }";
    expect(
      await owner.codes(assign, { input: { ids: [todo.id], assigneeId: stranger.id } }),
    ).toEqual(["NOT_A_MEMBER assignTodos"]);
  });

  test("the last owner cannot leave", async () => {
    expect(
      await owner.codes("mutation ($id: ID!) { leaveList(id: $id) { __typename } }", {
        id: list.id,
      }),
    ).toEqual(["LAST_OWNER leaveList"]);
  });
});

describe("versions and bulk mutations", () => {
  test("a stale version is refused and changes nothing", async () => {
    const { id, version } = await createTodo("versioned");
    await owner.data(update, { input: { id, version, title: "second" } });
    expect(await owner.codes(update, { input: { id, version, title: "third" } })).toEqual([
      "STALE_VERSION updateTodo",
    ]);
    const read = await owner.data("query ($id: ID!) { todo(id: $id) { title version } }", { id });
    expect(read.todo).toEqual({ title: "second", version: version + 1 });
  });

  test("1,000 ids with one bad among them change nothing, and without it all", async () => {
    const input = {
      listId: list.id,
      todos: Array.from({ length: 999 }, (_, index) => ({ title: `Todo ${index}` })),
    };
    const { createTodos } = await owner.data(
      "mutation ($input: CreateTodosInput!) { createTodos(input: $input) { todos { id } } }",
      { input },
    );
    const ids: string[] = createTodos.todos.map(({ id }: { id: string }) => id);
    const done = async (): Promise<number> =>
      (await owner.data("query ($id: ID!) { list(id: $id) { stats { done } } }", { id: list.id }))
        .list.stats.done;
    const before = await done();
    const foreign = "00000000-0000-7000-8000-000000000001";
    expect(
      await owner.codes(complete, { ids: [...ids.slice(0, 500), foreign, ...ids.slice(500)] }),
    ).toEqual(["NOT_FOUND completeTodos"]);
    expect(await done()).toBe(before);
    await owner.data(complete, { ids });
    expect(await done()).toBe(before + 999);
    expect(await owner.codes(complete, { ids: [...ids, todo.id, foreign] })).toEqual([
      "BAD_USER_INPUT completeTodos",
    ]);
  });

  test("two clients completing one todo at once both succeed, with one effect", async () => {
    const { id, version } = await createTodo("contended");
    const answers = await Promise.all([
      owner.data(complete, { ids: [id] }),
      owner.data(complete, { ids: [id] }),
    ]);
    const times = answers.map(({ completeTodos }) => completeTodos.todos[0].completedAt);
    expect(times[0]).toBe(times[1]);
    const read = await owner.data("query ($id: ID!) { todo(id: $id) { version status } }", { id });
    expect(read.todo).toEqual({ status: "DONE", version: version + 1 });
  });
});
