import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { person, startTodos, type Todos } from "../../../tests/harness/todos-subgraph.ts";
import { encodeCursor } from "../../kit/cursor.ts";

let todos: Todos;
const viewer = person();
let list: string;

/** 30 todos in two lists; times, titles and priorities come in ties, a third have no date. */
beforeAll(async () => {
  todos = await startTodos();
  list = await todos.list(viewer);
  const other = await todos.list(viewer);
  await todos.sql(
    `INSERT INTO todos (id, list_id, title, notes, status, completed_at, priority, due_at, tags, owner_id, assignee_id, created_at, updated_at)
     SELECT gen_random_uuid(), CASE WHEN i % 4 = 0 THEN $2::uuid ELSE $1::uuid END, 'Title ' || i % 4, 'Note ' || i,
            (ARRAY['OPEN', 'IN_PROGRESS', 'DONE']::"TodoStatus"[])[1 + i % 3], CASE WHEN i % 3 = 2 THEN '2026-01-05'::timestamptz END,
            (ARRAY['LOW', 'NORMAL', 'HIGH', 'URGENT']::"Priority"[])[1 + i % 4],
            CASE WHEN i % 3 > 0 THEN '2026-03-01T12:00Z'::timestamptz + (i % 5 - 2) * interval '1 day' END,
            ARRAY['t' || i % 2, 'u' || i % 3], $3, CASE WHEN i % 5 = 0 THEN $3::uuid END,
            '2026-01-01'::timestamptz + i / 7 * interval '1 ms', '2026-01-01'::timestamptz + i % 6 * interval '1 hour'
     FROM generate_series(1, 30) AS i`,
    [list, other, viewer.id],
  );
});

afterAll(() => todos.stop());

const page = `query ($orderBy: TodoOrder, $filter: TodoFilter, $first: Int, $after: String, $last: Int, $before: String) {
  todos(orderBy: $orderBy, filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id dueAt } } } }`;

async function walk(direction: "forward" | "backward", orderBy: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = null; ; ) {
    const range: object =
      direction === "forward" ? { first: 4, after: cursor } : { last: 4, before: cursor };
    const { edges, pageInfo } = (await todos.data(page, { orderBy, ...range }, viewer)).todos;
    const read = edges.map(({ node }: { node: { id: string } }) => node.id);
    expect([edges[0].cursor, edges.at(-1).cursor]).toEqual([
      pageInfo.startCursor,
      pageInfo.endCursor,
    ]);
    if (direction === "forward") ids.push(...read);
    else ids.unshift(...read);
    if (!(direction === "forward" ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) return ids;
    cursor = direction === "forward" ? pageInfo.endCursor : pageInfo.startCursor;
  }
}

describe("pages of todos", () => {
  test.each([
    ["CREATED_AT_ASC", "created_at, id"],
    ["CREATED_AT_DESC", "created_at DESC, id DESC"],
    ["DUE_AT_ASC", "due_at NULLS LAST, id"],
    ["DUE_AT_DESC", "due_at DESC NULLS LAST, id DESC"],
    ["PRIORITY_DESC", "priority DESC, id DESC"],
    ["UPDATED_AT_DESC", "updated_at DESC, id DESC"],
    ["TITLE_ASC", "title, id"],
  ])("in the order %s, walked forward and backward, hold every todo once", async (name, order) => {
    const expected = (await todos.sql(`SELECT id FROM todos ORDER BY ${order}`)).map(
      ({ id }) => id,
    );
    expect(expected).toHaveLength(30);
    expect(await walk("forward", name)).toEqual(expected);
    expect(await walk("backward", name)).toEqual(expected);
  });

  test("lie between two cursors when both are given", async () => {
    const { edges } = (await todos.data(page, { orderBy: "TITLE_ASC", first: 10 }, viewer)).todos;
    const between = { orderBy: "TITLE_ASC", after: edges[2].cursor, before: edges[7].cursor };
    const inner = (await todos.data(page, { ...between, first: 100 }, viewer)).todos;
    expect(inner.edges).toEqual(edges.slice(3, 7));
    const last = (await todos.data(page, { ...between, last: 2 }, viewer)).todos;
    expect(last.edges).toEqual(edges.slice(5, 7));
  });

  test.each([
    ["status", { status: ["OPEN", "DONE"] }, "status IN ('OPEN', 'DONE')"],
    ["priority", { priority: ["URGENT"] }, "priority = 'URGENT'"],
    ["tagsAny", { tagsAny: ["t1", "u1"] }, "'t1' = ANY(tags) OR 'u1' = ANY(tags)"],
    ["tagsAll", { tagsAll: ["t1", "u1"] }, "'t1' = ANY(tags) AND 'u1' = ANY(tags)"],
    ["dueBefore", { dueBefore: "2026-03-01T13:00:00+01:00" }, "due_at < '2026-03-01T12:00Z'"],
    ["dueAfter", { dueAfter: "2026-03-01T12:00:00Z" }, "due_at > '2026-03-01T12:00Z'"],
    ["assigneeId", { assigneeId: viewer.id }, "assignee_id IS NOT NULL"],
    ["text, in any letter case", { text: "NOTE 2" }, "notes ILIKE 'note 2%'"],
    ["text, which is no pattern", { text: "Title%" }, "false"],
    ["an empty list, which restricts nothing", { status: [], tagsAny: null }, "true"],
    [
      "all at once",
      { status: ["OPEN"], priority: ["LOW", "NORMAL", "HIGH"], text: "title" },
      "status = 'OPEN' AND priority < 'URGENT'",
    ],
  ])("filtered by %s hold what they should, and count it", async (_name, filter, condition) => {
    const expected = await todos.sql(
      `SELECT id FROM todos WHERE ${condition} ORDER BY created_at DESC, id DESC`,
    );
    const answer = await todos.data(page, { filter, first: 100 }, viewer);
    expect(answer.todos.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual(
      expected.map(({ id }) => id),
    );
    expect(answer.todos.totalCount).toBe(expected.length);
    const ofList = await todos.data(
      "query ($id: ID!, $filter: TodoFilter) { list(id: $id) { todos(filter: $filter) { totalCount } } }",
      { id: list, filter },
      viewer,
    );
    const [inList] = await todos.sql(
      `SELECT count(*)::int AS n FROM todos WHERE (${condition}) AND list_id = $1`,
      [list],
    );
    expect(ofList.list.todos.totalCount).toBe(inList.n);
  });
});

describe("S31 R31 nothing of a client's becomes SQL", () => {
  const cursor = (key: unknown, id = list, scope = "Query.todos/CREATED_AT_DESC"): string =>
    encodeCursor(scope, key as string, id);

  test.each([
    ["no cursor", "x' OR '1'='1"],
    [
      "another connection's",
      cursor("2026-01-01T00:00:00Z", list, "TodoList.todos/CREATED_AT_DESC"),
    ],
    ["another order's", cursor("2026-01-01T00:00:00Z", list, "Query.todos/DUE_AT_ASC")],
    ["a key that is no time", cursor("2026-01-01' OR true --")],
    ["a time that does not exist", cursor("2026-02-30T00:00:00Z")],
    ["an id that is none", cursor("2026-01-01T00:00:00Z", "1; DROP TABLE todos")],
    ["a key that is no text", cursor({ toString: "x" })],
    ["too much", "x".repeat(100_000)],
  ])("a cursor with %s", async (_name, after) => {
    expect(await todos.codes(page, { after }, viewer)).toEqual(["INVALID_CURSOR todos"]);
  });

  test.each([
    ["PRIORITY_DESC", `HIGH"; DROP TABLE todos; --`],
    ["TITLE_ASC", "a\u0000b"],
    ["DUE_AT_ASC", "-infinity"],
  ])("a cursor's key that the order %s does not know", async (orderBy, key) => {
    const after = cursor(key, list, `Query.todos/${orderBy}`);
    expect(await todos.codes(page, { after, orderBy }, viewer)).toEqual(["INVALID_CURSOR todos"]);
  });

  test("a title in a cursor is compared, not run", async () => {
    const after = cursor("'); DELETE FROM todos; --", list, "Query.todos/TITLE_ASC");
    expect((await todos.data(page, { after, orderBy: "TITLE_ASC" }, viewer)).todos.totalCount).toBe(
      30,
    );
  });

  test.each([
    ["text", { text: "'; DROP TABLE todos; --" }],
    ["tagsAny", { tagsAny: [`"}'; DROP TABLE todos; --`, "{a,b}", "null", "\\"] }],
    ["tagsAll", { tagsAll: [`a","b`] }],
  ])("a filter's %s is compared, not run", async (_name, filter) => {
    const answer = await todos.data(page, { filter }, viewer);
    expect(answer.todos).toMatchObject({ totalCount: 0, edges: [] });
  });

  test.each([
    ["an id that is none", { assigneeId: "1 OR 1=1" }],
    ["a NUL in the text", { text: "a\u0000" }],
    ["a NUL in a tag", { tagsAny: ["a\u0000"] }],
    ["a blank text", { text: "  " }],
    ["too many tags", { tagsAll: Array.from({ length: 21 }, (_, at) => `t${at}`) }],
    ["a time before the year 1", { dueAfter: "0000-12-31T23:59:59Z" }],
    ["a time that does not exist", { dueAfter: "2026-02-30T00:00:00Z" }],
    ["an object for a text", { text: { $ne: "" } }],
    ["a status that is none", { status: ["OPEN' OR true"] }],
  ])("a filter with %s is refused", async (_name, filter) => {
    expect((await todos.codes(page, { filter }, viewer)).map((code) => code.split(" ")[0])).toEqual(
      ["BAD_USER_INPUT"],
    );
  });

  test.each([
    ["first 0", { first: 0 }],
    ["first below 0", { first: -1 }],
    ["first over the cap", { first: 101 }],
    ["first and last", { first: 1, last: 1 }],
    ["last over the cap", { last: 101 }],
  ])("%s is refused", async (_name, size) => {
    expect(await todos.codes(page, size, viewer)).toEqual(["BAD_USER_INPUT todos"]);
  });
});

test("lists come newest first and members oldest first, both ways", async () => {
  const owner = person();
  const ids: string[] = [];
  for (let at = 0; at < 5; at++) ids.unshift(await todos.list(owner));
  const lists = `query ($first: Int, $after: String, $last: Int, $before: String) { lists(first: $first, after: $after, last: $last, before: $before) {
    pageInfo { hasNextPage hasPreviousPage endCursor startCursor } edges { node { id } } } }`;
  const idsOf = ({ edges }: { edges: { node: { id: string } }[] }): string[] =>
    edges.map(({ node }) => node.id);
  const first = (await todos.data(lists, { first: 3 }, owner)).lists;
  const second = (await todos.data(lists, { first: 3, after: first.pageInfo.endCursor }, owner))
    .lists;
  expect([...idsOf(first), ...idsOf(second)]).toEqual(ids);
  expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
  const back = (await todos.data(lists, { last: 2, before: second.pageInfo.startCursor }, owner))
    .lists;
  expect(idsOf(back)).toEqual(ids.slice(1, 3));

  const [listId = ""] = ids;
  const members = [owner, person(), person(), person()];
  for (const member of members.slice(1)) {
    todos.clock.pass(1_000);
    await todos.join(owner, listId, member, "READER");
  }
  const page = `query ($id: ID!, $after: String) { list(id: $id) { members(first: 2, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { addedAt user { id } } } } } }`;
  const one = (await todos.data(page, { id: listId }, owner)).list.members;
  const two = (await todos.data(page, { id: listId, after: one.pageInfo.endCursor }, owner)).list
    .members;
  const userIds = [...one.edges, ...two.edges].map(({ node }) => node.user.id);
  expect(userIds).toEqual(members.map(({ id }) => id));
  expect([one.totalCount, one.pageInfo.hasNextPage, two.pageInfo.hasNextPage]).toEqual([
    4,
    true,
    false,
  ]);
});
