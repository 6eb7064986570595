import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { anonymous, type Viewer } from "../../../runtime/identity.ts";
import {
  type Person,
  person,
  startTodos,
  type Todos,
} from "../../../tests/harness/todos-subgraph.ts";

let todos: Todos;
const [owner, reader, stranger]: [Person, Person, Person] = [person(), person(), person()];
const admin: Person = { ...person(), role: "ADMIN" };
let secret: { list: string; todo: string };
let open: { list: string; todo: string };

beforeAll(async () => {
  todos = await startTodos();
  const make = async (visibility: string): Promise<{ list: string; todo: string }> => {
    const list = await todos.list(owner, { name: visibility, visibility });
    await todos.join(owner, list, reader, "READER");
    const [todo = ""] = await todos.todos(owner, list, [
      { title: `in a ${visibility} list`, assigneeId: reader.id, tags: ["x"] },
    ]);
    return { list, todo };
  };
  secret = await make("PRIVATE");
  open = await make("PUBLIC");
});

afterAll(() => todos.stop());

const entities = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  ... on TodoList { name } ... on Todo { title } } }`;
const ofUser = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on User {
  todoStats { total open done overdue }
  lists { totalCount edges { node { name } } }
  todos { totalCount edges { node { title list { name } } } } } } }`;

const insiders: [string, Viewer][] = [
  ["its owner", owner],
  ["its reader", reader],
];
const outsiders: [string, Viewer][] = [
  ["a stranger", stranger],
  ["an admin", admin],
  ["the anonymous", anonymous],
];

describe("S30 R30 a private list is not there for", () => {
  test.each(outsiders)("%s, by its id or by a todo's id", async (_name, viewer) => {
    const document =
      "query ($list: ID!, $todo: ID!) { list(id: $list) { name } todo(id: $todo) { title } }";
    expect(await todos.data(document, secret, viewer)).toEqual({ list: null, todo: null });
  });

  test.each(outsiders)("%s, by a reference", async (_name, viewer) => {
    const representations = [
      { __typename: "TodoList", id: secret.list },
      { __typename: "Todo", id: secret.todo },
      { __typename: "TodoList", id: open.list },
    ];
    expect(await todos.data(entities, { representations }, viewer)).toEqual({
      _entities: [null, null, { name: "PUBLIC" }],
    });
  });

  test.each(outsiders)(
    "%s, among what its members have, counts included",
    async (_name, viewer) => {
      const representations = [owner, reader].map(({ id }) => ({ __typename: "User", id }));
      const { _entities } = await todos.data(ofUser, { representations }, viewer);
      const lists = { totalCount: 1, edges: [{ node: { name: "PUBLIC" } }] };
      expect(_entities).toEqual([
        {
          lists,
          todoStats: { total: 1, open: 1, done: 0, overdue: 0 },
          todos: {
            totalCount: 1,
            edges: [{ node: { title: "in a PUBLIC list", list: { name: "PUBLIC" } } }],
          },
        },
        {
          lists,
          todoStats: { total: 0, open: 0, done: 0, overdue: 0 },
          todos: { totalCount: 0, edges: [] },
        },
      ]);
    },
  );

  test.each(outsiders)("%s, in the lists and todos of Query", async (_name, viewer) => {
    const document = `{ lists { totalCount edges { node { id } } }
      todos(filter: { text: "PRIVATE" }) { totalCount edges { node { id } } } tagged: todos(filter: { tagsAny: ["x"] }) { totalCount } }`;
    const mine = viewer === anonymous ? [{ node: { id: open.list } }] : [];
    expect(await todos.data(document, {}, viewer)).toEqual({
      lists: { totalCount: mine.length, edges: mine },
      todos: { totalCount: 0, edges: [] },
      tagged: { totalCount: mine.length },
    });
  });

  test.each(outsiders)("%s, with a member's cursor in hand", async (_name, viewer) => {
    const page = `query ($representations: [_Any!]!, $after: String) { _entities(representations: $representations) { ... on User {
      todos(first: 1, after: $after, orderBy: TITLE_ASC) { edges { cursor node { title } } } } } }`;
    const representations = [{ __typename: "User", id: owner.id }];
    const { _entities } = await todos.data(page, { representations }, owner);
    expect(_entities[0].todos.edges[0].node.title).toBe("in a PRIVATE list");
    const { cursor } = _entities[0].todos.edges[0];
    const next = await todos.data(page, { representations, after: cursor }, viewer);
    expect(next._entities[0].todos.edges).toEqual([
      { cursor: expect.any(String), node: { title: "in a PUBLIC list" } },
    ]);
  });

  test.each(outsiders)("%s who wants to write to it", async (_name, viewer) => {
    const expected = viewer === anonymous ? "UNAUTHENTICATED" : "NOT_FOUND";
    const writes: [string, unknown, string][] = [
      [
        "mutation ($input: UpdateListInput!) { updateList(input: $input) { __typename } }",
        { input: { id: secret.list, version: 1, name: "x" } },
        "updateList",
      ],
      [
        "mutation ($id: ID!) { deleteList(id: $id) { __typename } }",
        { id: secret.list },
        "deleteList",
      ],
      [
        "mutation ($id: ID!) { leaveList(id: $id) { __typename } }",
        { id: secret.list },
        "leaveList",
      ],
      [
        "mutation ($input: AddMemberInput!) { addMember(input: $input) { __typename } }",
        { input: { listId: secret.list, userId: stranger.id, role: "OWNER" } },
        "addMember",
      ],
      [
        "mutation ($input: RemoveMemberInput!) { removeMember(input: $input) { __typename } }",
        { input: { listId: secret.list, userId: owner.id } },
        "removeMember",
      ],
      [
        "mutation ($input: UpdateMemberInput!) { updateMember(input: $input) { __typename } }",
        { input: { listId: secret.list, userId: owner.id, role: "READER" } },
        "updateMember",
      ],
      [
        "mutation ($input: CreateTodoInput!) { createTodo(input: $input) { __typename } }",
        { input: { listId: secret.list, title: "x" } },
        "createTodo",
      ],
      [
        "mutation ($input: UpdateTodoInput!) { updateTodo(input: $input) { __typename } }",
        { input: { id: secret.todo, version: 1, title: "x" } },
        "updateTodo",
      ],
      [
        "mutation ($ids: [ID!]!) { completeTodos(ids: $ids) { __typename } }",
        { ids: [secret.todo] },
        "completeTodos",
      ],
      [
        "mutation ($ids: [ID!]!) { reopenTodos(ids: $ids) { __typename } }",
        { ids: [secret.todo] },
        "reopenTodos",
      ],
      [
        "mutation ($ids: [ID!]!) { deleteTodos(ids: $ids) { __typename } }",
        { ids: [secret.todo] },
        "deleteTodos",
      ],
      [
        "mutation ($input: MoveTodosInput!) { moveTodos(input: $input) { __typename } }",
        { input: { ids: [secret.todo], listId: secret.list } },
        "moveTodos",
      ],
      [
        "mutation ($input: AssignTodosInput!) { assignTodos(input: $input) { __typename } }",
        { input: { ids: [secret.todo], assigneeId: null } },
        "assignTodos",
      ],
    ];
    for (const [document, variables, field] of writes) {
      expect(await todos.codes(document, variables, viewer)).toEqual([`${expected} ${field}`]);
    }
  });
});

describe("R30 a private list is there for", () => {
  test.each(insiders)("%s, on every path", async (_name, viewer) => {
    const document = `query ($list: ID!, $todo: ID!) {
      list(id: $list) { name viewerRole members { totalCount } stats { total } todos { totalCount edges { node { title } } } }
      todo(id: $todo) { title list { name } } lists { totalCount } todos { totalCount } }`;
    const answer = await todos.data(document, secret, viewer);
    expect(answer).toMatchObject({
      list: {
        members: { totalCount: 2 },
        stats: { total: 1 },
        todos: { totalCount: 1, edges: [{ node: { title: "in a PRIVATE list" } }] },
      },
      todo: { title: "in a PRIVATE list", list: { name: "PRIVATE" } },
      lists: { totalCount: 2 },
      todos: { totalCount: 2 },
    });
  });

  test("someone else's view of its owner, as far as they share it", async () => {
    const representations = [{ __typename: "User", id: owner.id }];
    const { _entities } = await todos.data(ofUser, { representations }, reader);
    expect([_entities[0].lists.totalCount, _entities[0].todos.totalCount]).toEqual([2, 2]);
  });
});

describe("a public list is there for", () => {
  test.each(outsiders)("%s, with members and todos, to read alone", async (_name, viewer) => {
    const document = `query ($list: ID!) { list(id: $list) { viewerRole owner { id } members { edges { node { role user { id } } } } todos { edges { node { title assignee { id } } } } } }`;
    const { list } = await todos.data(document, open, viewer);
    expect(list).toEqual({
      viewerRole: null,
      owner: { id: owner.id },
      members: {
        edges: [
          { node: { role: "OWNER", user: { id: owner.id } } },
          { node: { role: "READER", user: { id: reader.id } } },
        ],
      },
      todos: { edges: [{ node: { title: "in a PUBLIC list", assignee: { id: reader.id } } }] },
    });
    const write = "mutation ($ids: [ID!]!) { completeTodos(ids: $ids) { __typename } }";
    expect(await todos.codes(write, { ids: [open.todo] }, viewer)).toEqual([
      viewer === anonymous ? "UNAUTHENTICATED completeTodos" : "FORBIDDEN completeTodos",
    ]);
  });
});
