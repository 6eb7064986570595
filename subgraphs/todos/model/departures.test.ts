import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pg from "pg";
import { v7 as uuid } from "uuid";
import {
  type Person,
  person,
  startTodos,
  type Todos,
} from "../../../tests/harness/todos-subgraph.ts";
import { until } from "../../../tests/harness/until.ts";

let todos: Todos;

beforeAll(async () => {
  todos = await startTodos();
});

afterAll(() => todos.stop());

const depart = ({ id: userId }: Person, event = uuid()): Promise<number> =>
  todos.tell({ id: event, topic: "account.deleted", key: userId, payload: { userId } });

/** Members join one by one, so the first is the oldest. */
async function listOf(
  owner: Person,
  visibility: "PRIVATE" | "PUBLIC",
  ...members: readonly (readonly [Person, string])[]
): Promise<string> {
  const list = await todos.list(owner, { visibility });
  for (const [member, role] of members) {
    todos.clock.pass(1_000);
    await todos.join(owner, list, member, role);
  }
  return list;
}

/** The list's owner and members with their roles, the oldest first; undefined when the list is gone. */
async function stateOf(list: string): Promise<unknown> {
  const [row] = await todos.sql("SELECT owner_id, version FROM lists WHERE id = $1", [list]);
  const members = await todos.sql(
    "SELECT user_id, role FROM list_members WHERE list_id = $1 ORDER BY added_at",
    [list],
  );
  return row && [row.owner_id, row.version, members.map((m) => [m.user_id, m.role])];
}

test.each(["PRIVATE", "PUBLIC"] as const)(
  "a %s list without its only owner passes to its oldest editor, or else is deleted",
  async (visibility) => {
    const [leaver, older, younger, reader] = [person(), person(), person(), person()];
    const alone = await listOf(leaver, visibility);
    const readOnly = await listOf(leaver, visibility, [reader, "READER"]);
    const edited = await listOf(
      leaver,
      visibility,
      [reader, "READER"],
      [older, "EDITOR"],
      [younger, "EDITOR"],
    );
    await todos.todos(leaver, alone, [{ title: "gone" }]);
    expect(await depart(leaver)).toBe(204);
    expect(await stateOf(alone)).toBeUndefined();
    expect(await stateOf(readOnly)).toBeUndefined();
    expect(await todos.sql("SELECT FROM todos WHERE list_id = $1", [alone])).toEqual([]);
    expect(await stateOf(edited)).toEqual([
      older.id,
      2,
      [
        [reader.id, "READER"],
        [older.id, "OWNER"],
        [younger.id, "EDITOR"],
      ],
    ]);
  },
);

test.each(["PRIVATE", "PUBLIC"] as const)(
  "a %s list with another owner stays, named after the oldest of them",
  async (visibility) => {
    const [leaver, editor, older, younger] = [person(), person(), person(), person()];
    const others = [
      [editor, "EDITOR"],
      [older, "OWNER"],
      [younger, "OWNER"],
    ] as const;
    const named = await listOf(leaver, visibility, ...others);
    const unnamed = await listOf(older, visibility, [leaver, "OWNER"]);
    const alone = await listOf(older, visibility, [leaver, "EDITOR"]);
    expect(await depart(leaver)).toBe(204);
    expect(await stateOf(named)).toEqual([older.id, 2, others.map(([{ id }, role]) => [id, role])]);
    for (const list of [unnamed, alone]) {
      expect(await stateOf(list)).toEqual([older.id, 1, [[older.id, "OWNER"]]]);
    }
  },
);

test("what the user wrote stays without an owner, what they were to do is nobody's, and the rest is untouched", async () => {
  const [leaver, owner] = [person(), person()];
  const list = await listOf(owner, "PUBLIC", [leaver, "EDITOR"]);
  const left = await listOf(owner, "PUBLIC", [leaver, "EDITOR"]);
  const [mine = "", both = ""] = await todos.todos(leaver, list, [
    { title: "mine" },
    { title: "both", assigneeId: leaver.id },
  ]);
  const [theirs = "", other = ""] = await todos.todos(owner, list, [
    { title: "theirs", assigneeId: leaver.id },
    { title: "other", assigneeId: owner.id },
  ]);
  const [elsewhere = ""] = await todos.todos(leaver, left, [{ title: "elsewhere" }]);
  await todos.data(`mutation { leaveList(id: "${left}") { leftId } }`, {}, leaver);
  expect(await depart(leaver)).toBe(204);
  const rows = await todos.sql(
    "SELECT id, owner_id, assignee_id, version FROM todos WHERE list_id = ANY($1) ORDER BY id",
    [[list, left]],
  );
  expect(rows.map(Object.values)).toEqual([
    [mine, null, null, 1],
    [both, null, null, 2],
    [theirs, owner.id, null, 2],
    [other, owner.id, owner.id, 1],
    [elsewhere, null, null, 1],
  ]);
  const { todo } = await todos.data(`{ todo(id: "${mine}") { title owner { id } } }`);
  expect(todo).toEqual({ title: "mine", owner: null });
});

test("more than one statement takes is cleared to the last row", async () => {
  const [leaver, owner] = [person(), person()];
  const list = await listOf(owner, "PRIVATE", [leaver, "EDITOR"]);
  const alone = await listOf(leaver, "PRIVATE");
  await todos.sql(
    `INSERT INTO todos (id, list_id, title, owner_id, assignee_id, created_at, updated_at)
     SELECT gen_random_uuid(), list::uuid, 'many', $1, $1, now(), now()
     FROM unnest($2::text[]) AS list, generate_series(1, 5001)`,
    [leaver.id, [list, alone]],
  );
  expect(await depart(leaver)).toBe(204);
  const [count] = await todos.sql(
    "SELECT count(*)::int AS todos, count(owner_id)::int AS owners, count(assignee_id)::int AS assignees FROM todos WHERE list_id = ANY($1)",
    [[list, alone]],
  );
  expect(count).toEqual({ todos: 5_001, owners: 0, assignees: 0 });
});

test("the same event many times at once, and another for the same user, have one effect", async () => {
  const [leaver, editor] = [person(), person()];
  const list = await listOf(leaver, "PUBLIC", [editor, "EDITOR"]);
  const event = uuid();
  const statuses = await Promise.all(Array.from({ length: 5 }, () => depart(leaver, event)));
  expect(statuses).toEqual(Array(5).fill(204));
  // What the list becomes afterwards is not for a repetition to change.
  await todos.join(editor, list, person(), "EDITOR");
  const state = await stateOf(list);
  expect(await depart(leaver, event)).toBe(204);
  expect(await depart(leaver)).toBe(204);
  expect(await stateOf(list)).toEqual(state);
});

test("the deleted write nothing, and nobody lets them in or gives them work", async () => {
  const [leaver, owner] = [person(), person()];
  const list = await listOf(owner, "PUBLIC");
  const [todo] = await todos.todos(owner, list, [{ title: "a" }]);
  await depart(leaver);
  const writes = [
    'createList(input: { name: "x" }) { __typename }',
    `updateList(input: { id: "${list}", version: 1, name: "x" }) { __typename }`,
    `deleteList(id: "${list}") { __typename }`,
    `addMember(input: { listId: "${list}", userId: "${leaver.id}", role: OWNER }) { __typename }`,
    `updateMember(input: { listId: "${list}", userId: "${leaver.id}", role: OWNER }) { __typename }`,
    `removeMember(input: { listId: "${list}", userId: "${owner.id}" }) { __typename }`,
    `leaveList(id: "${list}") { __typename }`,
    `createTodo(input: { listId: "${list}", title: "x" }) { __typename }`,
    `createTodos(input: { listId: "${list}", todos: [{ title: "x" }] }) { __typename }`,
    `updateTodo(input: { id: "${todo}", version: 1, title: "x" }) { __typename }`,
    `completeTodos(ids: ["${todo}"]) { __typename }`,
    `reopenTodos(ids: ["${todo}"]) { __typename }`,
    `moveTodos(input: { ids: ["${todo}"], listId: "${list}" }) { __typename }`,
    `assignTodos(input: { ids: ["${todo}"], assigneeId: null }) { __typename }`,
    `deleteTodos(ids: ["${todo}"]) { __typename }`,
  ];
  for (const write of writes) {
    const codes = await todos.codes(`mutation { write: ${write} }`, {}, leaver);
    expect([write, codes]).toEqual([write, ["UNAUTHENTICATED write"]]);
  }
  const member = { listId: list, userId: leaver.id, role: "EDITOR" };
  const add = "mutation ($input: AddMemberInput!) { addMember(input: $input) { __typename } }";
  const refused = await todos.send(add, { input: member }, owner);
  expect(refused.errors?.[0]?.extensions).toMatchObject({ code: "NOT_FOUND", ids: [leaver.id] });
  const assign = `mutation { assignTodos(input: { ids: ["${todo}"], assigneeId: "${leaver.id}" }) { __typename } }`;
  expect(await todos.codes(assign, {}, owner)).toEqual(["NOT_A_MEMBER assignTodos"]);
});

test("a write that began before the deletion is part of what is deleted", async () => {
  const leaver = person();
  const list = uuid();
  const writer = new pg.Client({ connectionString: todos.database.url });
  await writer.connect();
  await writer.query("BEGIN");
  await writer.query("SELECT hold_user_and_see_if_deleted($1)", [leaver.id]);
  await writer.query(
    "INSERT INTO lists (id, name, owner_id, created_at, updated_at) VALUES ($1, 'late', $2, now(), now())",
    [list, leaver.id],
  );
  const departed = depart(leaver);
  await lockIsAwaited();
  await writer.query("COMMIT");
  await writer.end();
  expect(await departed).toBe(204);
  expect(await stateOf(list)).toBeUndefined();
});

test("a write that began while the deletion was under way is refused", async () => {
  const leaver = person();
  const deleter = new pg.Client({ connectionString: todos.database.url });
  await deleter.connect();
  await deleter.query("BEGIN");
  await deleter.query("SELECT lock_user_to_delete($1)", [leaver.id]);
  const write = 'mutation { createList(input: { name: "late" }) { __typename } }';
  const codes = todos.codes(write, {}, leaver);
  await lockIsAwaited();
  await deleter.query("INSERT INTO deleted_users VALUES ($1, now())", [leaver.id]);
  await deleter.query("COMMIT");
  await deleter.end();
  expect(await codes).toEqual(["UNAUTHENTICATED createList"]);
  expect(await todos.sql("SELECT FROM lists WHERE owner_id = $1", [leaver.id])).toEqual([]);
});

function lockIsAwaited(): Promise<unknown> {
  return until(async () => {
    const waiting = await todos.sql(
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    return waiting.length > 0;
  });
}

test("whether the viewer is deleted costs a write one statement and a read none", async () => {
  const owner = person();
  const list = await todos.list(owner);
  const about = (statements: readonly { text: string }[]): number =>
    statements.filter(({ text }) => text.includes("deleted")).length;
  const read = `{ list(id: "${list}") { name todos { totalCount } members { totalCount } } todos { totalCount } }`;
  expect(about(await todos.reads(read, {}, owner))).toBe(0);
  const write = `mutation { createTodo(input: { listId: "${list}", title: "x" }) { __typename } }`;
  expect(about(await todos.reads(write, {}, owner))).toBe(1);
});

test.each([
  ["an unknown topic, which may be newer than this process", { topic: "account.painted" }, 404],
  ["a payload without a user", { topic: "account.deleted", payload: {} }, 400],
  ["a user who is no UUID", { topic: "account.deleted", payload: { userId: "ada" } }, 400],
])("an event is refused for %s", async (_why, event, status) => {
  expect(await todos.tell({ payload: {}, ...event })).toBe(status);
});
