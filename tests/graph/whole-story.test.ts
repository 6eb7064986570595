import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Client } from "../harness/client.ts";
import { type Graph, startGraph } from "../harness/graph.ts";

let graph: Graph;
let ada: Client;
let grace: Client;

beforeAll(async () => {
  graph = await startGraph({ data: "demo" });
  [ada, grace] = await Promise.all([
    graph.signIn("ada@example.com"),
    graph.signIn("grace@example.com"),
  ]);
});

afterAll(() => graph.stop());

test("the demo data has 50 users, 120 lists, a third of them public, and 1,500 todos", async () => {
  const { users } = await graph.anonymous.data("{ users { totalCount } }");
  const { lists } = await graph.anonymous.data("{ lists { totalCount } }");
  expect([users.totalCount, lists.totalCount]).toEqual([50, 40]);
  const statements = await graph.statements.during(() =>
    ada.data("{ lists { totalCount } todos { totalCount } }"),
  );
  expect(statements).toHaveLength(2);
});

test("ada and grace share lists, ada is an admin, and only admins and oneself see an e-mail address", async () => {
  const me = await ada.data("{ me { id handle email role } }");
  expect(me.me).toMatchObject({ handle: "ada", email: "ada@example.com", role: "ADMIN" });
  const mine = "{ lists(first: 100) { edges { node { id } } } }";
  const [ofAda, ofGrace] = await Promise.all([ada.data(mine), grace.data(mine)]);
  const ids = ({ lists }: { lists: { edges: { node: { id: string } }[] } }): string[] =>
    lists.edges.map(({ node }) => node.id);
  expect(ids(ofAda).filter((id) => ids(ofGrace).includes(id)).length).toBeGreaterThan(0);

  const profile = '{ userByHandle(handle: "ada") { name email } }';
  const hidden = await grace.send(profile);
  expect(hidden.data.userByHandle).toEqual({ name: expect.any(String), email: null });
  expect(hidden.errors?.map(({ extensions, path }) => [extensions.code, path])).toEqual([
    ["FORBIDDEN", ["userByHandle", "email"]],
  ]);
  const seen = await ada.data('{ userByHandle(handle: "grace") { email role } }');
  expect(seen.userByHandle).toEqual({ email: "grace@example.com", role: "USER" });
});

test("a list is made, shared, filled, worked off and deleted", async () => {
  const { me } = await grace.data("{ me { id } }");
  const { createList } = await ada.data(
    'mutation { createList(input: { name: "Garden", visibility: PRIVATE }) { list { id viewerRole owner { handle } version } } }',
  );
  const list = createList.list;
  expect(list).toMatchObject({ viewerRole: "OWNER", owner: { handle: "ada" }, version: 1 });
  const read =
    "query ($id: ID!) { list(id: $id) { name viewerRole stats { total open done overdue } } }";
  expect(await grace.data(read, { id: list.id })).toEqual({ list: null });

  await ada.data(
    "mutation ($input: AddMemberInput!) { addMember(input: $input) { list { members { totalCount } } } }",
    {
      input: { listId: list.id, userId: me.id, role: "READER" },
    },
  );
  expect((await grace.data(read, { id: list.id })).list).toMatchObject({ viewerRole: "READER" });
  const create =
    "mutation ($input: CreateTodoInput!) { createTodo(input: $input) { todo { id version assignee { name } list { name } } } }";
  const input = {
    listId: list.id,
    title: "Dig",
    assigneeId: me.id,
    dueAt: "2020-01-01T00:00:00Z",
    tags: ["spring"],
  };
  expect(await grace.codes(create, { input })).toEqual(["FORBIDDEN createTodo"]);
  await ada.data(
    "mutation ($input: UpdateMemberInput!) { updateMember(input: $input) { list { id } } }",
    {
      input: { listId: list.id, userId: me.id, role: "EDITOR" },
    },
  );
  const { createTodo } = await grace.data(create, { input });
  expect(createTodo.todo).toMatchObject({ version: 1, list: { name: "Garden" } });
  expect((await ada.data(read, { id: list.id })).list.stats).toEqual({
    total: 1,
    open: 1,
    done: 0,
    overdue: 1,
  });

  const ids = [createTodo.todo.id];
  await grace.data("mutation ($ids: [ID!]!) { completeTodos(ids: $ids) { todos { status } } }", {
    ids,
  });
  expect((await ada.data(read, { id: list.id })).list.stats).toEqual({
    total: 1,
    open: 0,
    done: 1,
    overdue: 0,
  });
  expect(
    await grace.codes("mutation ($id: ID!) { deleteList(id: $id) { __typename } }", {
      id: list.id,
    }),
  ).toEqual(["FORBIDDEN deleteList"]);
  await ada.data("mutation ($id: ID!) { deleteList(id: $id) { __typename } }", { id: list.id });
  expect(await ada.data(read, { id: list.id })).toEqual({ list: null });
});

test("pages forward and backward meet: every row once, in one order", async () => {
  const page = `query ($first: Int, $after: String, $last: Int, $before: String) {
    users(first: $first, after: $after, last: $last, before: $before, orderBy: NAME_ASC) {
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { node { id name } } } }`;
  const forward: string[] = [];
  for (let after: string | null = null; ; ) {
    const { users } = await ada.data(page, { first: 7, after });
    forward.push(...users.edges.map(({ node }: { node: { id: string } }) => node.id));
    if (!users.pageInfo.hasNextPage) break;
    after = users.pageInfo.endCursor;
  }
  const backward: string[] = [];
  for (let before: string | null = null; ; ) {
    const { users } = await ada.data(page, { last: 7, before });
    backward.unshift(...users.edges.map(({ node }: { node: { id: string } }) => node.id));
    if (!users.pageInfo.hasPreviousPage) break;
    before = users.pageInfo.startCursor;
  }
  expect(forward).toHaveLength(50);
  expect(new Set(forward).size).toBe(50);
  expect(backward).toEqual(forward);
});

test("C51 requests that interleave share nothing", async () => {
  const document = "{ me { handle } lists(first: 100) { edges { node { viewerRole } } } }";
  const alone = await Promise.all([ada.data(document), grace.data(document)]);
  const mixed = await Promise.all(
    Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? ada : grace).data(document)),
  );
  for (const [index, answer] of mixed.entries()) expect(answer).toEqual(alone[index % 2]);
});
