import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { v7 as uuid } from "uuid";
import { fourPeople, startTodos, type Todos } from "../../../tests/harness/todos-subgraph.ts";

let todos: Todos;
const [owner, editor, reader, stranger] = fourPeople();
let list: string;

beforeAll(async () => {
  todos = await startTodos();
});

beforeEach(async () => {
  list = await todos.list(owner);
  await todos.join(owner, list, editor, "EDITOR");
  await todos.join(owner, list, reader, "READER");
});

afterAll(() => todos.stop());

const fields =
  "id title notes status priority dueAt tags completedAt createdAt updatedAt version owner { id } assignee { id } list { id }";
const create = `mutation ($input: CreateTodoInput!) { createTodo(input: $input) { todo { ${fields} } } }`;
const createMany =
  "mutation ($input: CreateTodosInput!) { createTodos(input: $input) { todos { id title } } }";
const update = `mutation ($input: UpdateTodoInput!) { updateTodo(input: $input) { todo { ${fields} } } }`;
const move = `mutation ($input: MoveTodosInput!) { moveTodos(input: $input) { todos { ${fields} } } }`;
const assign = `mutation ($input: AssignTodosInput!) { assignTodos(input: $input) { todos { ${fields} } } }`;
const bulk = (field: string): string =>
  `mutation ($ids: [ID!]!) { ${field}(ids: $ids) { todos { ${fields} } } }`;
const remove = "mutation ($ids: [ID!]!) { deleteTodos(ids: $ids) { deletedIds } }";

async function todoWith(input: object = {}): Promise<{ id: string; version: number }> {
  const { createTodo } = await todos.data(
    create,
    { input: { listId: list, title: "A todo", ...input } },
    owner,
  );
  return createTodo.todo;
}

/** All rows, to see that nothing was done. */
const snapshot = (): Promise<readonly unknown[]> => todos.sql("SELECT * FROM todos ORDER BY id");

describe("createTodo", () => {
  test("keeps what was given, trimmed, with a time-ordered id and the viewer as owner", async () => {
    const input = {
      listId: list,
      title: "  Water 🌱 ",
      notes: "one\r\ntwo",
      priority: "HIGH",
      dueAt: "2020-01-01T00:00:00+02:00",
      tags: [" a ", "b", "a"],
      assigneeId: reader.id,
    };
    const { createTodo } = await todos.data(create, { input }, editor);
    const now = new Date(todos.clock.now()).toISOString();
    expect(createTodo.todo).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      title: "Water 🌱",
      notes: "one\ntwo",
      status: "OPEN",
      priority: "HIGH",
      dueAt: "2019-12-31T22:00:00.000Z",
      tags: ["a", "b"],
      completedAt: null,
      createdAt: now,
      updatedAt: now,
      version: 1,
      owner: { id: editor.id },
      assignee: { id: reader.id },
      list: { id: list },
    });
  });

  test.each(["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"])(
    "takes the date %s",
    async (dueAt) => {
      const { createTodo } = await todos.data(
        create,
        { input: { listId: list, title: "x", dueAt, status: "DONE" } },
        owner,
      );
      expect(Date.parse(createTodo.todo.dueAt)).toBe(Date.parse(dueAt));
      expect(createTodo.todo.completedAt).not.toBeNull();
    },
  );

  test.each([
    ["an empty title", { title: " " }],
    ["a title that is too long", { title: "x".repeat(201) }],
    ["a title of two lines", { title: "a\nb" }],
    ["notes that are too long", { notes: "x".repeat(10_001) }],
    ["notes with a NUL", { notes: "a\u0000" }],
    ["too many tags", { tags: Array.from({ length: 21 }, (_, at) => `t${at}`) }],
    ["an empty tag", { tags: [""] }],
    ["a long tag", { tags: ["x".repeat(51)] }],
    ["a date after the year 9999", { dueAt: "9999-12-31T23:59:59-01:00" }],
    ["no date", { dueAt: "tomorrow" }],
    ["an assignee who is no id", { assigneeId: "me" }],
    ["a list that is no id", { listId: "1" }],
    ["null for a status", { status: null }],
  ])("refuses %s and writes nothing", async (_name, input) => {
    const before = await snapshot();
    const codes = await todos.codes(
      create,
      { input: { listId: list, title: "x", ...input } },
      owner,
    );
    expect(codes.map((code) => code.split(" ")[0])).toEqual(["BAD_USER_INPUT"]);
    expect(await snapshot()).toEqual(before);
  });

  test("is for editors and owners, and assigns to members", async () => {
    const input = { listId: list, title: "x" };
    expect(await todos.codes(create, { input }, reader)).toEqual(["FORBIDDEN createTodo"]);
    expect(await todos.codes(create, { input }, stranger)).toEqual(["NOT_FOUND createTodo"]);
    expect(await todos.codes(create, { input })).toEqual(["UNAUTHENTICATED createTodo"]);
    const answer = await todos.send(
      create,
      { input: { ...input, assigneeId: stranger.id } },
      owner,
    );
    expect(answer.errors?.[0]?.extensions).toMatchObject({
      code: "NOT_A_MEMBER",
      ids: [stranger.id],
    });
  });
});

describe("createTodos", () => {
  test("makes 1,000 in the order in which they were given", async () => {
    const input = {
      listId: list,
      todos: Array.from({ length: 1_000 }, (_, at) => ({ title: `No ${at}` })),
    };
    const { createTodos } = await todos.data(createMany, { input }, owner);
    expect(createTodos.todos.map(({ title }: { title: string }) => title)).toEqual(
      input.todos.map(({ title }) => title),
    );
    const ids = createTodos.todos.map(({ id }: { id: string }) => id);
    expect([...ids].sort()).toEqual(ids);
  });

  test.each([
    ["none", []],
    ["1,001", Array.from({ length: 1_001 }, () => ({ title: "x" }))],
    ["one bad among many", [...Array.from({ length: 99 }, () => ({ title: "x" })), { title: "" }]],
    ["one for a stranger", [{ title: "x" }, { title: "y", assigneeId: stranger.id }]],
  ])("makes nothing of %s", async (_name, many) => {
    const before = await snapshot();
    const codes = await todos.codes(createMany, { input: { listId: list, todos: many } }, owner);
    expect(codes).toHaveLength(1);
    expect(await snapshot()).toEqual(before);
  });
});

describe("updateTodo", () => {
  test("changes what is given, clears what is null, leaves the rest", async () => {
    const { id } = await todoWith({
      notes: "n",
      dueAt: "2026-01-01T00:00:00Z",
      tags: ["a"],
      assigneeId: editor.id,
      priority: "LOW",
    });
    todos.clock.pass(1_000);
    const one = await todos.data(update, { input: { id, version: 1, title: "New" } }, editor);
    expect(one.updateTodo.todo).toMatchObject({
      title: "New",
      notes: "n",
      tags: ["a"],
      priority: "LOW",
      assignee: { id: editor.id },
      version: 2,
      updatedAt: new Date(todos.clock.now()).toISOString(),
    });
    const input = {
      id,
      version: 2,
      notes: null,
      dueAt: null,
      assigneeId: null,
      tags: [],
      priority: "URGENT",
    };
    const two = await todos.data(update, { input }, owner);
    expect(two.updateTodo.todo).toMatchObject({
      title: "New",
      notes: null,
      dueAt: null,
      tags: [],
      assignee: null,
      priority: "URGENT",
      version: 3,
    });
  });

  test("sets the time of completion with DONE, keeps it, and clears it", async () => {
    const { id } = await todoWith();
    const at = new Date(todos.clock.now()).toISOString();
    const complete = async (input: object): Promise<string | null> =>
      (await todos.data(update, { input: { id, ...input } }, owner)).updateTodo.todo.completedAt;
    expect(await complete({ version: 1, status: "DONE" })).toBe(at);
    todos.clock.pass(5_000);
    expect(await complete({ version: 2, status: "DONE", title: "x" })).toBe(at);
    expect(await complete({ version: 3, title: "y" })).toBe(at);
    expect(await complete({ version: 4, status: "IN_PROGRESS" })).toBeNull();
  });

  test("refuses a stale version and says the current one; of two at once one wins", async () => {
    const { id } = await todoWith();
    const answers = await Promise.all(
      ["one", "two"].map((title) =>
        todos.send(update, { input: { id, version: 1, title } }, owner),
      ),
    );
    const errors = answers.flatMap(({ errors = [] }) => errors);
    expect(errors.map(({ extensions }) => extensions)).toEqual([
      expect.objectContaining({ code: "STALE_VERSION", version: 2 }),
    ]);
    const [row] = await todos.sql("SELECT version FROM todos WHERE id = $1", [id]);
    expect(row).toEqual({ version: 2 });
  });

  test.each([
    ["a null title", { title: null }],
    ["a null status", { status: null }],
    ["a null priority", { priority: null }],
    ["null tags", { tags: null }],
  ])("refuses %s", async (_name, input) => {
    const { id } = await todoWith();
    expect(await todos.codes(update, { input: { id, version: 1, ...input } }, owner)).toEqual([
      "BAD_USER_INPUT updateTodo",
    ]);
  });

  test("without a change checks the version and keeps it", async () => {
    const { id } = await todoWith();
    expect(
      (await todos.data(update, { input: { id, version: 1 } }, owner)).updateTodo.todo.version,
    ).toBe(1);
    expect(await todos.codes(update, { input: { id, version: 2 } }, owner)).toEqual([
      "STALE_VERSION updateTodo",
    ]);
  });

  test("knows who may, who is a member, and what is gone", async () => {
    const { id } = await todoWith();
    expect(await todos.codes(update, { input: { id, version: 1, title: "x" } }, reader)).toEqual([
      "FORBIDDEN updateTodo",
    ]);
    expect(
      await todos.codes(update, { input: { id, version: 1, assigneeId: stranger.id } }, owner),
    ).toEqual(["NOT_A_MEMBER updateTodo"]);
    await todos.data(remove, { ids: [id] }, owner);
    expect(await todos.codes(update, { input: { id, version: 1, title: "x" } }, owner)).toEqual([
      "NOT_FOUND updateTodo",
    ]);
  });
});

describe("many todos at once", () => {
  test("are completed once: again, or by two clients together, changes nothing more", async () => {
    const ids = await todos.todos(owner, list, [{ title: "a" }, { title: "b", status: "DONE" }]);
    const both = await Promise.all(
      [owner, editor].map((viewer) => todos.data(bulk("completeTodos"), { ids }, viewer)),
    );
    for (const { completeTodos } of both) {
      expect(
        completeTodos.todos.map(({ id, status, version }: Record<string, unknown>) => [
          id,
          status,
          version,
        ]),
      ).toEqual([
        [ids[0], "DONE", 2],
        [ids[1], "DONE", 1],
      ]);
    }
    const { reopenTodos } = await todos.data(bulk("reopenTodos"), { ids }, owner);
    expect(
      reopenTodos.todos.map(({ status, completedAt, version }: Record<string, unknown>) => [
        status,
        completedAt,
        version,
      ]),
    ).toEqual([
      ["OPEN", null, 3],
      ["OPEN", null, 2],
    ]);
  });

  test("with the same id twice are each taken once, in the order of the ids", async () => {
    const [a = "", b = ""] = await todos.todos(owner, list, [{ title: "a" }, { title: "b" }]);
    const { completeTodos } = await todos.data(
      bulk("completeTodos"),
      { ids: [b, a, b.toUpperCase()] },
      owner,
    );
    expect(completeTodos.todos.map(({ id }: { id: string }) => id)).toEqual([b, a]);
  });

  describe("are all or nothing with one among 1,000 that is", () => {
    const foreign = async (): Promise<string> => {
      const theirs = await todos.list(stranger);
      return (await todos.todos(stranger, theirs, [{ title: "x" }]))[0] ?? "";
    };
    test.each([
      ["unknown", async () => uuid(), "NOT_FOUND"],
      ["invisible", foreign, "NOT_FOUND"],
    ] as const)("%s", async (_name, bad, code) => {
      const ids = [
        ...(await todos.todos(
          owner,
          list,
          Array.from({ length: 999 }, () => ({ title: "x" })),
        )),
      ];
      const wrong = await bad();
      ids.splice(500, 0, wrong);
      const before = await snapshot();
      const writes: [string, object][] = [
        [bulk("completeTodos"), { ids }],
        [bulk("reopenTodos"), { ids }],
        [remove, { ids }],
        [move, { input: { ids, listId: list } }],
        [assign, { input: { ids, assigneeId: editor.id } }],
      ];
      for (const [document, variables] of writes) {
        const { errors } = await todos.send(document, variables, owner);
        expect(errors?.map(({ extensions }) => extensions)).toEqual([
          expect.objectContaining({ code, ids: [wrong] }),
        ]);
      }
      expect(await snapshot()).toEqual(before);
    });

    test("no id at all, or there are too many, or none", async () => {
      const write = async (ids: readonly string[]): Promise<readonly string[]> =>
        todos.codes(bulk("completeTodos"), { ids }, owner);
      expect(await write([uuid(), "x"])).toEqual(["BAD_USER_INPUT completeTodos"]);
      expect(await write(Array.from({ length: 1_001 }, () => uuid()))).toEqual([
        "BAD_USER_INPUT completeTodos",
      ]);
      expect(await write([])).toEqual(["BAD_USER_INPUT completeTodos"]);
    });

    test("readable but not the viewer's to change", async () => {
      const [id = ""] = await todos.todos(owner, list, [{ title: "x" }]);
      const own = await todos.list(reader);
      const [mine = ""] = await todos.todos(reader, own, [{ title: "mine" }]);
      const { errors } = await todos.send(bulk("completeTodos"), { ids: [mine, id] }, reader);
      expect(errors?.map(({ extensions }) => extensions)).toEqual([
        expect.objectContaining({ code: "FORBIDDEN", ids: [id] }),
      ]);
      expect(await todos.sql("SELECT status FROM todos WHERE id = $1", [mine])).toEqual([
        { status: "OPEN" },
      ]);
    });
  });

  test("are moved with their assignees, as far as those are members there", async () => {
    const target = await todos.list(owner);
    await todos.join(owner, target, editor, "READER");
    const ids = await todos.todos(owner, list, [
      { title: "a", assigneeId: editor.id },
      { title: "b", assigneeId: reader.id },
    ]);
    expect(await todos.codes(move, { input: { ids, listId: target } }, editor)).toEqual([
      "FORBIDDEN moveTodos",
    ]);
    expect(
      await todos.codes(move, { input: { ids, listId: await todos.list(stranger) } }, owner),
    ).toEqual(["NOT_FOUND moveTodos"]);
    const { moveTodos } = await todos.data(move, { input: { ids, listId: target } }, owner);
    expect(moveTodos.todos).toMatchObject([
      { list: { id: target }, assignee: { id: editor.id }, version: 2 },
      { list: { id: target }, assignee: null, version: 2 },
    ]);
    const again = await todos.data(move, { input: { ids, listId: target } }, owner);
    expect(again.moveTodos.todos[0].version).toBe(2);
  });

  test("are assigned to a member of each of their lists, or to nobody", async () => {
    const other = await todos.list(owner);
    const [a = ""] = await todos.todos(owner, list, [{ title: "a" }]);
    const [b = ""] = await todos.todos(owner, other, [{ title: "b" }]);
    const { errors } = await todos.send(
      assign,
      { input: { ids: [a, b], assigneeId: editor.id } },
      owner,
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: "NOT_A_MEMBER", ids: [editor.id] });
    const set = await todos.data(assign, { input: { ids: [a, b], assigneeId: owner.id } }, owner);
    expect(set.assignTodos.todos).toMatchObject([
      { assignee: { id: owner.id } },
      { assignee: { id: owner.id } },
    ]);
    const unset = await todos.data(assign, { input: { ids: [a, b], assigneeId: null } }, owner);
    expect(unset.assignTodos.todos).toMatchObject([
      { assignee: null, version: 3 },
      { assignee: null, version: 3 },
    ]);
  });

  test("are deleted", async () => {
    const ids = await todos.todos(owner, list, [{ title: "a" }, { title: "b" }]);
    expect(await todos.codes(remove, { ids }, reader)).toEqual(["FORBIDDEN deleteTodos"]);
    expect(await todos.data(remove, { ids }, editor)).toEqual({ deleteTodos: { deletedIds: ids } });
    expect(await todos.codes(remove, { ids }, editor)).toEqual(["NOT_FOUND deleteTodos"]);
  });
});
