import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import {
  fourPeople,
  person,
  startTodos,
  type Todos,
} from "../../../tests/harness/todos-subgraph.ts";

let todos: Todos;
const [owner, editor, reader, stranger] = fourPeople();
let list: string;

beforeAll(async () => {
  todos = await startTodos();
});

beforeEach(async () => {
  list = await todos.list(owner);
  for (const [member, role] of [
    [editor, "EDITOR"],
    [reader, "READER"],
  ] as const) {
    todos.clock.pass(1_000);
    await todos.join(owner, list, member, role);
  }
});

afterAll(() => todos.stop());

const fields =
  "id name visibility version createdAt updatedAt viewerRole owner { id } members { edges { node { role user { id } } } }";
const create = `mutation ($input: CreateListInput!) { createList(input: $input) { list { ${fields} } } }`;
const update = `mutation ($input: UpdateListInput!) { updateList(input: $input) { list { ${fields} } } }`;
const addMember = `mutation ($input: AddMemberInput!) { addMember(input: $input) { list { ${fields} } } }`;
const updateMember = `mutation ($input: UpdateMemberInput!) { updateMember(input: $input) { list { ${fields} } } }`;
const removeMember = `mutation ($input: RemoveMemberInput!) { removeMember(input: $input) { list { ${fields} } } }`;
const leave = "mutation ($id: ID!) { leaveList(id: $id) { leftId list { id } } }";
const remove = "mutation ($id: ID!) { deleteList(id: $id) { deletedId } }";

const member = (userId: string, role?: string): { input: object } => ({
  input: { listId: list, userId, ...(role !== undefined && { role }) },
});
const ownerOf = async (): Promise<string> =>
  (await todos.sql("SELECT owner_id FROM lists WHERE id = $1", [list]))[0].owner_id;

test("a new list is private and its maker owns it", async () => {
  const { createList } = await todos.data(create, { input: { name: " Home " } }, owner);
  expect(createList.list).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
    name: "Home",
    visibility: "PRIVATE",
    version: 1,
    viewerRole: "OWNER",
    owner: { id: owner.id },
    members: { edges: [{ node: { role: "OWNER", user: { id: owner.id } } }] },
  });
  expect(await todos.codes(create, { input: { name: "x" } })).toEqual([
    "UNAUTHENTICATED createList",
  ]);
  for (const name of ["", "x".repeat(101), "a\nb", "\u0000"]) {
    expect(await todos.codes(create, { input: { name } }, owner)).toEqual([
      "BAD_USER_INPUT createList",
    ]);
  }
});

describe("updateList", () => {
  test("lets editors rename, and only owners change who sees it", async () => {
    const renamed = await todos.data(
      update,
      { input: { id: list, version: 1, name: "New" } },
      editor,
    );
    expect(renamed.updateList.list).toMatchObject({
      name: "New",
      visibility: "PRIVATE",
      version: 2,
    });
    const open = { id: list, version: 2, visibility: "PUBLIC" };
    expect(await todos.codes(update, { input: open }, editor)).toEqual(["FORBIDDEN updateList"]);
    expect(
      await todos.codes(update, { input: { id: list, version: 2, name: "x" } }, reader),
    ).toEqual(["FORBIDDEN updateList"]);
    const opened = await todos.data(update, { input: open }, owner);
    expect(opened.updateList.list).toMatchObject({ name: "New", visibility: "PUBLIC", version: 3 });
  });

  test("refuses a stale version, and null for what cannot be empty", async () => {
    const at = { id: list, version: 7 };
    const { errors } = await todos.send(update, { input: { ...at, name: "x" } }, owner);
    expect(errors?.[0]?.extensions).toMatchObject({ code: "STALE_VERSION", version: 1 });
    expect(await todos.codes(update, { input: { ...at, name: null } }, owner)).toEqual([
      "BAD_USER_INPUT updateList",
    ]);
    expect(await todos.codes(update, { input: { ...at, visibility: null } }, owner)).toEqual([
      "BAD_USER_INPUT updateList",
    ]);
    expect(
      (await todos.data(update, { input: { id: list, version: 1 } }, owner)).updateList.list
        .version,
    ).toBe(1);
  });
});

describe("members", () => {
  test("are added once, by owners", async () => {
    const { addMember: added } = await todos.data(addMember, member(stranger.id, "EDITOR"), owner);
    expect(
      added.list.members.edges.map(({ node }: { node: { role: string } }) => node.role).sort(),
    ).toEqual(["EDITOR", "EDITOR", "OWNER", "READER"]);
    expect(await todos.codes(addMember, member(stranger.id, "READER"), owner)).toEqual([
      "ALREADY_A_MEMBER addMember",
    ]);
    expect(await todos.codes(addMember, member(person().id, "READER"), editor)).toEqual([
      "FORBIDDEN addMember",
    ]);
    expect(await todos.codes(addMember, member("me", "READER"), owner)).toEqual([
      "BAD_USER_INPUT addMember",
    ]);
  });

  test("are added once by two who try at once", async () => {
    const answers = await Promise.all(
      [1, 2].map(() => todos.codes(addMember, member(stranger.id, "READER"), owner)),
    );
    expect(answers.flat()).toEqual(["ALREADY_A_MEMBER addMember"]);
  });

  test("who are not there cannot be changed or removed", async () => {
    expect(await todos.codes(updateMember, member(stranger.id, "EDITOR"), owner)).toEqual([
      "NOT_A_MEMBER updateMember",
    ]);
    expect(await todos.codes(removeMember, member(stranger.id), owner)).toEqual([
      "NOT_A_MEMBER removeMember",
    ]);
    expect(await todos.codes(updateMember, member(reader.id, "OWNER"), editor)).toEqual([
      "FORBIDDEN updateMember",
    ]);
    expect(await todos.codes(removeMember, member(reader.id), reader)).toEqual([
      "FORBIDDEN removeMember",
    ]);
  });

  test("who go lose their assignments in this list alone", async () => {
    const other = await todos.list(owner);
    await todos.join(owner, other, editor, "EDITOR");
    const input = [{ title: "x", assigneeId: editor.id }];
    const [here] = await todos.todos(owner, list, input);
    const [there] = await todos.todos(owner, other, input);
    await todos.data(removeMember, member(editor.id), owner);
    const rows = await todos.sql("SELECT id, assignee_id, version FROM todos WHERE id = ANY($1)", [
      [here, there],
    ]);
    expect(rows).toEqual(
      expect.arrayContaining([
        { id: here, assignee_id: null, version: 2 },
        { id: there, assignee_id: editor.id, version: 1 },
      ]),
    );
    expect(
      await todos.data("query ($id: ID!) { list(id: $id) { id } }", { id: list }, editor),
    ).toEqual({ list: null });
  });
});

describe("a list always has an owner", () => {
  test("the last one cannot leave, be removed or be demoted", async () => {
    expect(await todos.codes(leave, { id: list }, owner)).toEqual(["LAST_OWNER leaveList"]);
    expect(await todos.codes(removeMember, member(owner.id), owner)).toEqual([
      "LAST_OWNER removeMember",
    ]);
    expect(await todos.codes(updateMember, member(owner.id, "EDITOR"), owner)).toEqual([
      "LAST_OWNER updateMember",
    ]);
    expect(await ownerOf()).toBe(owner.id);
  });

  test("the oldest of the others takes the place of one who goes", async () => {
    await todos.data(updateMember, member(reader.id, "OWNER"), owner);
    await todos.data(updateMember, member(editor.id, "OWNER"), owner);
    expect(await ownerOf()).toBe(owner.id);
    expect(await todos.data(leave, { id: list }, owner)).toEqual({
      leaveList: { leftId: list, list: null },
    });
    expect(await ownerOf()).toBe(editor.id);
    const { updateMember: demoted } = await todos.data(
      updateMember,
      member(editor.id, "READER"),
      reader,
    );
    expect(demoted.list.owner).toEqual({ id: reader.id });
    expect(await todos.codes(leave, { id: list }, reader)).toEqual(["LAST_OWNER leaveList"]);
  });

  test("of two owners who leave at once one stays, whichever way they go", async () => {
    for (let round = 0; round < 10; round++) {
      const shared = await todos.list(owner);
      await todos.join(owner, shared, editor, "OWNER");
      const demote = { input: { listId: shared, userId: editor.id, role: "READER" } };
      const codes = await Promise.all([
        todos.codes(leave, { id: shared }, owner),
        round % 2 === 0
          ? todos.codes(leave, { id: shared }, editor)
          : todos.codes(updateMember, demote, editor),
      ]);
      expect(codes.flat()).toHaveLength(1);
      expect(codes.flat()[0]).toMatch(/^LAST_OWNER/);
      const rows = await todos.sql(
        `SELECT m.user_id = l.owner_id AS same FROM lists l JOIN list_members m ON m.list_id = l.id AND m.role = 'OWNER' WHERE l.id = $1`,
        [shared],
      );
      expect(rows).toEqual([{ same: true }]);
    }
  });

  test("an assignment that races with the assignee's removal is cleared or refused", async () => {
    const assign =
      "mutation ($input: AssignTodosInput!) { assignTodos(input: $input) { __typename } }";
    for (let round = 0; round < 10; round++) {
      const shared = await todos.list(owner);
      await todos.join(owner, shared, editor, "EDITOR");
      const ids = await todos.todos(owner, shared, [{ title: "a" }, { title: "b" }]);
      await Promise.all([
        todos.send(assign, { input: { ids, assigneeId: editor.id } }, owner),
        todos.send(leave, { id: shared }, editor),
      ]);
      const rows = await todos.sql("SELECT assignee_id FROM todos WHERE list_id = $1", [shared]);
      expect(rows).toEqual([{ assignee_id: null }, { assignee_id: null }]);
    }
  });
});

test("leaving a public list shows it, from outside", async () => {
  await todos.data(update, { input: { id: list, version: 1, visibility: "PUBLIC" } }, owner);
  expect(await todos.data(leave, { id: list }, reader)).toEqual({
    leaveList: { leftId: list, list: { id: list } },
  });
  expect(await todos.codes(leave, { id: list }, reader)).toEqual(["NOT_A_MEMBER leaveList"]);
  expect(
    await todos.codes(update, { input: { id: list, version: 2, name: "x" } }, stranger),
  ).toEqual(["FORBIDDEN updateList"]);
});

test("only owners delete a list, with its members and todos", async () => {
  const ids = await todos.todos(owner, list, [{ title: "x" }]);
  expect(await todos.codes(remove, { id: list }, editor)).toEqual(["FORBIDDEN deleteList"]);
  expect(await todos.data(remove, { id: list }, owner)).toEqual({
    deleteList: { deletedId: list },
  });
  expect(await todos.codes(remove, { id: list }, owner)).toEqual(["NOT_FOUND deleteList"]);
  expect(
    await todos.data("query ($id: ID!) { todo(id: $id) { id } }", { id: ids[0] }, owner),
  ).toEqual({ todo: null });
});
