import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { columnsRead } from "../../tests/harness/columns-read.ts";
import { type Person, person, startTodos, type Todos } from "../../tests/harness/todos-subgraph.ts";

let todos: Todos;
const viewer = person();
const authors = Array.from({ length: 100 }, person);
const lists: string[] = [];

/** 100 users with a list each, of which the viewer is a reader; 25 todos in each list. */
beforeAll(async () => {
  todos = await startTodos();
  await todos.sql(
    `WITH author AS (SELECT id, ordinal FROM unnest($1::uuid[]) WITH ORDINALITY AS a(id, ordinal)),
          list AS (INSERT INTO lists (id, name, owner_id, created_at, updated_at) SELECT id, 'List ' || ordinal, id, '2026-01-01', '2026-01-01' FROM author)
     INSERT INTO list_members (list_id, user_id, role, added_at)
     SELECT id, id, 'OWNER'::"ListRole", '2026-01-01'::timestamptz FROM author UNION ALL SELECT id, $2, 'READER', '2026-01-02' FROM author`,
    [authors.map(({ id }) => id), viewer.id],
  );
  // Five todos share each time, so that a page ends within a tie.
  await todos.sql(
    `INSERT INTO todos (id, list_id, title, status, completed_at, owner_id, assignee_id, created_at, updated_at)
     SELECT gen_random_uuid(), a, 'Todo ' || i, (CASE WHEN i % 5 = 0 THEN 'DONE' ELSE 'OPEN' END)::"TodoStatus",
            CASE WHEN i % 5 = 0 THEN '2026-02-01'::timestamptz END, a, a, '2026-01-01'::timestamptz + i / 5 * interval '1 hour', '2026-01-01'
     FROM unnest($1::uuid[]) AS a, generate_series(1, 25) AS i`,
    [authors.map(({ id }) => id)],
  );
  lists.push(...authors.map(({ id }) => id));
});

afterAll(() => todos.stop());

function users(count: number): { readonly __typename: string; readonly id: string }[] {
  return authors.slice(0, count).map(({ id }) => ({ __typename: "User", id }));
}

const onUsers = (selection: string, variables = ""): string =>
  `query ($representations: [_Any!]! ${variables}) { _entities(representations: $representations) { ... on User { ${selection} } } }`;

async function read(selection: string, parents = 100): Promise<readonly (readonly string[])[]> {
  const reads = await todos.reads(onUsers(selection), { representations: users(parents) }, viewer);
  return reads.map(({ text }) => columnsRead(text));
}

describe("C49 a page of todos for each of 100 parents", () => {
  const page = onUsers(
    "id todos(first: 10, after: $after, orderBy: CREATED_AT_DESC, filter: { status: [OPEN] }) { edges { node { id createdAt } } pageInfo { hasNextPage endCursor } }",
    "$after: String",
  );
  type Entity = {
    id: string;
    todos: {
      edges: { node: { id: string; createdAt: string } }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
  };

  test("is one statement, with 10 rows and the right hasNextPage for each", async () => {
    const variables = { representations: users(100), after: null };
    expect(await todos.reads(page, variables, viewer)).toHaveLength(1);
    const { _entities }: { _entities: Entity[] } = await todos.data(page, variables, viewer);
    expect(new Set(_entities.map(({ todos: { edges } }) => edges.length))).toEqual(new Set([10]));
    expect(_entities.every(({ todos: { pageInfo } }) => pageInfo.hasNextPage)).toBe(true);
    expect(_entities.map(({ id }) => id)).toEqual(authors.map(({ id }) => id));
  });

  test("goes on after a cursor within a tie, the same while todos are added in front", async () => {
    const first: Person = authors[0] ?? viewer;
    const seen: string[] = [];
    let after: string | null = null;
    let pages = 0;
    do {
      const variables = { representations: users(1), after };
      const { _entities }: { _entities: Entity[] } = await todos.data(page, variables, viewer);
      const { edges, pageInfo } = _entities[0]?.todos ?? { edges: [], pageInfo: undefined };
      seen.push(...edges.map(({ node }) => node.id));
      after = pageInfo?.hasNextPage ? pageInfo.endCursor : null;
      pages++;
      await todos.todos(first, first.id, [{ title: "In front" }]);
    } while (after !== null);
    const expected = await todos.sql(
      `SELECT id FROM todos WHERE owner_id = $1 AND status = 'OPEN' AND title <> 'In front' ORDER BY created_at DESC, id DESC`,
      [first.id],
    );
    expect(pages).toBe(2);
    expect(seen).toEqual(expected.map(({ id }) => id));
    await todos.sql("DELETE FROM todos WHERE title = 'In front'");
  });
});

describe("C50 what is read", () => {
  const nothing: (readonly string[])[] = [];

  test.each([
    ["only the type", "todos(first: 3) { __typename }", nothing],
    ["only the count", "todos(first: 3) { totalCount }", [["count"]]],
    ["only pageInfo's type", "todos(first: 3) { pageInfo { __typename } }", nothing],
    ["whether more follows", "todos(first: 3) { pageInfo { hasNextPage } }", [[]]],
    ["rows of no column", "todos(first: 3) { edges { node { __typename } } }", [[]]],
    ["one column", "todos(first: 3) { edges { node { title } } }", [["todos.title"]]],
    [
      "the cursor's columns when a cursor is selected",
      "todos(first: 3) { edges { cursor } }",
      [["todos.created_at", "todos.id"]],
    ],
    [
      "those of the order",
      "todos(first: 3, orderBy: PRIORITY_DESC) { pageInfo { endCursor } }",
      [["todos.id", "todos.priority"]],
    ],
    [
      "all aliases and fragments, without what is skipped",
      "todos(first: 3) { edges { node { a: title ... on Todo { b: title status notes @skip(if: true) } } } }",
      [["todos.status", "todos.title"]],
    ],
    [
      "users by id alone, at no cost",
      "todos(first: 3) { edges { node { owner { id } assignee { id __typename } } } }",
      [["todos.assignee_id", "todos.owner_id"]],
    ],
    [
      "the list by id alone, at no cost",
      "todos(first: 3) { edges { node { list { id } } } }",
      [["todos.list_id"]],
    ],
    [
      "the list, when it is asked for",
      "todos(first: 3) { edges { node { list { name } } } }",
      [["todos.list_id"], ["lists.id", "lists.name"]],
    ],
    ["the stats, only the selected counts", "todoStats { open }", [["count"]]],
    ["no stats", "todoStats { __typename }", nothing],
    ["a user", "id", nothing],
    [
      "one page under two aliases, once, with the columns of both",
      "a: todos(first: 3) { edges { node { title } } } b: todos(first: 3) { edges { node { status } } }",
      [["todos.status", "todos.title"]],
    ],
    [
      "two pages",
      "a: todos(first: 3) { edges { node { title } } } b: todos(first: 4) { edges { node { title } } }",
      [["todos.title"], ["todos.title"]],
    ],
    [
      "members by id alone",
      "lists(first: 3) { edges { node { viewerRole members(first: 2) { edges { node { user { id } } } } } } }",
      [["(viewerRole)", "lists.id"], ["list_members.user_id"]],
    ],
    [
      "lists > todos > assignee > lists",
      "lists(first: 2) { edges { node { todos(first: 3) { edges { node { assignee { lists(first: 2) { edges { node { name } } } } } } } } } }",
      [["lists.id"], ["todos.assignee_id"], ["lists.name"]],
    ],
    [
      "lists > todos, counts and stats apart",
      "lists(first: 2) { totalCount edges { node { name stats { total } todos(first: 1) { totalCount edges { node { title } } } members(first: 1) { totalCount } } } }",
      [["lists.id", "lists.name"], ["count"], ["count"], ["todos.title"], ["count"], ["count"]],
    ],
  ])("%s", async (_name, selection, expected) => {
    const sorted = (reads: readonly (readonly string[])[]): string[] =>
      reads.map((columns) => columns.join(" ")).sort();
    for (const parents of [1, 10, 100]) {
      expect(sorted(await read(selection, parents))).toEqual(sorted(expected));
    }
  });

  test("100 references to todos and lists are a statement for each type", async () => {
    const ids = await todos.sql("SELECT id FROM todos ORDER BY id LIMIT 100");
    const representations = [
      ...ids.map(({ id }) => ({ __typename: "Todo", id })),
      ...lists.map((id) => ({ __typename: "TodoList", id })),
    ];
    const document = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      ... on Todo { title } ... on TodoList { name } } }`;
    const reads = await todos.reads(document, { representations }, viewer);
    expect(reads.map(({ text }) => columnsRead(text))).toEqual([
      ["todos.id", "todos.title"],
      ["lists.id", "lists.name"],
    ]);
  });

  test("a bulk write is the same statements for 1 todo and for 1,000", async () => {
    const [owner] = authors;
    const list = owner?.id ?? "";
    const create =
      "mutation ($input: CreateTodosInput!) { createTodos(input: $input) { todos { id } } }";
    const complete = "mutation ($ids: [ID!]!) { completeTodos(ids: $ids) { todos { status } } }";
    const remove = "mutation ($ids: [ID!]!) { deleteTodos(ids: $ids) { deletedIds } }";
    const counts: number[][] = [];
    for (const size of [1, 1_000]) {
      const input = {
        listId: list,
        todos: Array.from({ length: size }, (_, at) => ({ title: `Bulk ${at}`, assigneeId: list })),
      };
      const created = await todos.reads(create, { input }, owner);
      const rows = await todos.sql("SELECT id FROM todos WHERE title LIKE 'Bulk %'");
      const ids = rows.map(({ id }) => id);
      expect(ids).toHaveLength(size);
      const completed = await todos.reads(complete, { ids }, owner);
      const removed = await todos.reads(remove, { ids }, owner);
      counts.push([created.length, completed.length, removed.length]);
    }
    // The first of each asks whether the viewer's account is still there.
    expect(counts[0]).toEqual([5, 4, 3]);
    expect(counts[1]).toEqual(counts[0]);
  });
});

describe("C51 one request's reads are its own", () => {
  let list: string;
  const owner = person();

  beforeEach(async () => {
    list = await todos.list(owner);
  });

  test("C51 two viewers who ask at once get what is theirs", async () => {
    const document = "query ($id: ID!) { list(id: $id) { viewerRole } lists { totalCount } }";
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, at) =>
        todos.data(document, { id: list }, at % 2 === 0 ? owner : viewer),
      ),
    );
    for (const [at, answer] of answers.entries()) {
      expect(answer).toEqual(
        at % 2 === 0
          ? { list: { viewerRole: "OWNER" }, lists: { totalCount: 1 } }
          : { list: null, lists: { totalCount: 100 } },
      );
    }
  });

  test("a read after a write in the same operation sees the write", async () => {
    const document = `mutation ($id: ID!) {
      a: createTodo(input: { listId: $id, title: "one" }) { todo { list { name version todos { totalCount } } } }
      b: updateList(input: { id: $id, version: 1, name: "Renamed" }) { list { name todos { totalCount } } }
      c: createTodo(input: { listId: $id, title: "two" }) { todo { list { name version todos { totalCount } } } } }`;
    expect(await todos.data(document, { id: list }, owner)).toEqual({
      a: { todo: { list: { name: "List", version: 1, todos: { totalCount: 1 } } } },
      b: { list: { name: "Renamed", todos: { totalCount: 1 } } },
      c: { todo: { list: { name: "Renamed", version: 2, todos: { totalCount: 2 } } } },
    });
  });
});
