import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { anonymous, type Viewer } from "../../../runtime/identity.ts";
import { startRedis, type TestRedis } from "../../../tests/harness/redis.ts";
import type { SignedClient } from "../../../tests/harness/signed-client.ts";
import { startTodoReplicas, type TodoReplicas } from "../../../tests/harness/todo-replicas.ts";
import { type Person, person } from "../../../tests/harness/todos-subgraph.ts";
import { withRedis } from "../../../tests/harness/with-redis.ts";
import { createRandom, type Random } from "../../../tests/oracle/random.ts";
import { tags } from "./tags.ts";

/** One thing that a viewer asks for, and the tags under which the gateway may keep the answer. */
interface Question {
  readonly document: string;
  readonly variables?: object;
  readonly viewer: Viewer;
  /** Undefined for what has none, and so is not kept. */
  readonly tags: readonly string[] | undefined;
}

const todoFields =
  "id title status priority dueAt tags version updatedAt completedAt owner { id } assignee { id }";
const todoPage = `totalCount pageInfo { hasNextPage endCursor } edges { cursor node { ${todoFields} list { id } } }`;
const listFields = "id name visibility version updatedAt owner { id }";
const listPage = `totalCount pageInfo { hasNextPage } edges { node { ${listFields} } }`;
const user = (fields: string): string =>
  `query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { ${fields} } } }`;

let redis: TestRedis;
let replicas: TodoReplicas;
let random: Random;
let people: readonly Person[];
const lists: string[] = [];
const todos: string[] = [];

/** What a round is about: most writes and questions. */
interface Focus {
  readonly listId: string;
  readonly todoId: string;
  readonly userId: string;
}

const newest = (ids: readonly string[]): string => random.pick(ids.slice(-6));

const anything = (): Focus => ({
  listId: newest(lists),
  todoId: newest(todos),
  userId: random.pick(people).id,
});

let focus: Focus;
const chosen = (): Focus => (random.chance(80) ? focus : anything());

/** Everything that this viewer may ask about a list, a todo and a user. */
function questions(viewer: Viewer): readonly Question[] {
  const own = viewer.kind === "user" ? [tags.accessOfUser(viewer.id)] : [];
  const { listId, todoId, userId } = chosen();
  const order = random.pick(["CREATED_AT_DESC", "UPDATED_AT_DESC", "TITLE_ASC", "DUE_AT_ASC"]);
  const ofList = (fields: string, ...more: string[]): Question => ({
    document: `query ($id: ID!) { list(id: $id) { ${fields} } }`,
    variables: { id: listId },
    viewer,
    tags: [tags.list(listId), ...more, ...own],
  });
  const ofUser = (fields: string, tag: string): Question => ({
    document: user(fields),
    variables: { id: userId },
    viewer,
    tags: [tag, ...own],
  });
  const ofTodo = (fields: string): Question => ({
    document: `query ($id: ID!) { todo(id: $id) { ${fields} } }`,
    variables: { id: todoId },
    viewer,
    tags: [tags.todo(todoId), ...own],
  });
  const isAnonymous = viewer.kind === "anonymous";
  const mine = viewer.kind === "user" ? tags.listsOfUser(viewer.id) : tags.publicLists;
  return [
    ofList(listFields),
    ofList(`${listFields} viewerRole`),
    ofList(
      "members(first: 2) { totalCount pageInfo { hasNextPage } edges { cursor node { role addedAt user { id } } } }",
      tags.membersOfList(listId),
    ),
    ofList(`todos(first: 3, orderBy: ${order}) { ${todoPage} }`, tags.todosOfList(listId)),
    ofList(`todos(first: 3, filter: { status: [DONE] }) { ${todoPage} }`, tags.todosOfList(listId)),
    ofList("stats { total open done overdue }", tags.todosOfList(listId)),
    ofTodo(todoFields),
    ofTodo("id notes"),
    ofUser(`lists(first: 3) { ${listPage} }`, tags.listsOfUser(userId)),
    ofUser(`lists(first: 3) { edges { node { id viewerRole } } }`, tags.listsOfUser(userId)),
    ofUser(`todos(first: 3, orderBy: ${order}) { ${todoPage} }`, tags.todosOfUser(userId)),
    ofUser("todoStats { total open done overdue }", tags.todosOfUser(userId)),
    { document: `{ lists(first: 3) { ${listPage} } }`, viewer, tags: [mine, ...own] },
    {
      document: `{ todos(first: 3, orderBy: ${order}) { ${todoPage} } }`,
      viewer,
      tags: isAnonymous ? [tags.publicTodos] : undefined,
    },
  ];
}

async function write(client: SignedClient): Promise<void> {
  const viewer = random.pick(people);
  const say = async (name: string, input: object, type: string, fields: string) => {
    const document = `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} } }`;
    return (await client.send(document, { input }, viewer)).data?.[name];
  };
  const byIds = (name: string, ids: readonly string[]) =>
    client.send(`mutation ($ids: [ID!]!) { ${name}(ids: $ids) { __typename } }`, { ids }, viewer);
  const visibility = random.pick(["PUBLIC", "PRIVATE"]);
  const { listId, todoId, userId } = chosen();
  const role = random.pick(["OWNER", "EDITOR", "READER"]);
  const versionOf = async (what: string, id: string): Promise<number> => {
    const document = `query ($id: ID!) { ${what}(id: $id) { version } }`;
    return (await replicas.uncached.data(document, { id }, viewer))[what]?.version ?? 1;
  };
  const nothing = "__typename";
  const createTodos = async () => {
    const dueAt = new Date(replicas.clock.now() + random.below(100_000)).toISOString();
    const made = [{ title: `t${todos.length}`, dueAt, status: random.pick(["OPEN", "DONE"]) }];
    const input = { listId, todos: made };
    const answer = await say("createTodos", input, "CreateTodosInput", "todos { id }");
    for (const { id } of answer?.todos ?? []) todos.push(id);
  };
  await random.pick([
    createTodos,
    createTodos,
    async () => {
      const input = { name: `l${lists.length}`, visibility };
      const answer = await say("createList", input, "CreateListInput", "list { id }");
      if (answer) lists.push(answer.list.id);
    },
    async () => {
      const version = await versionOf("list", listId);
      await say("updateList", { id: listId, version, visibility }, "UpdateListInput", nothing);
    },
    async () => {
      const version = await versionOf("list", listId);
      const name = `r${random.below(1_000)}`;
      await say("updateList", { id: listId, version, name }, "UpdateListInput", nothing);
    },
    () => say("addMember", { listId, userId, role }, "AddMemberInput", nothing),
    () => say("addMember", { listId, userId, role }, "AddMemberInput", nothing),
    () => say("updateMember", { listId, userId, role }, "UpdateMemberInput", nothing),
    () => say("removeMember", { listId, userId }, "RemoveMemberInput", nothing),
    () =>
      client.send("mutation ($id: ID!) { leaveList(id: $id) { leftId } }", { id: listId }, viewer),
    async () => {
      if (!random.chance(30)) return;
      await client.send(
        "mutation ($id: ID!) { deleteList(id: $id) { deletedId } }",
        { id: listId },
        viewer,
      );
    },
    async () => {
      const version = await versionOf("todo", todoId);
      const title = `u${random.below(1_000)}`;
      await say("updateTodo", { id: todoId, version, title }, "UpdateTodoInput", nothing);
    },
    () => byIds("completeTodos", [todoId, newest(todos)]),
    () => byIds("reopenTodos", [todoId]),
    () => say("moveTodos", { ids: [todoId], listId }, "MoveTodosInput", nothing),
    () => say("assignTodos", { ids: [todoId], assigneeId: userId }, "AssignTodosInput", nothing),
    () => byIds("deleteTodos", [todoId]),
  ])();
}

/** The keys and tags that were dropped so far. */
async function dropped(): Promise<ReadonlySet<string>> {
  return redis.ask(async (client) => {
    const [stream] = await client.keys("supergraph:todos:*:drops");
    const messages = stream === undefined ? [] : await client.xrange(stream, "-", "+");
    await Promise.all(messages.map(([id]) => client.xdel(stream as string, id)));
    const all = messages.flatMap(([, fields]) =>
      JSON.parse(fields[fields.indexOf("keys") + 1] ?? "[]"),
    );
    return new Set(all as string[]);
  });
}

withRedis("todos of two replicas, from the cache", () => {
  beforeAll(async () => {
    redis = await startRedis();
    replicas = await startTodoReplicas(2, redis.url);
  });

  afterAll(async () => {
    await replicas?.stop();
    await redis?.stop();
  });

  test.each([1, 2])(
    "R65 S36 whoever asks whatever is answered as from the database, and each change is told by a tag of the answer (seed %i)",
    async (seed) => {
      random = createRandom(seed);
      people = [person(), person(), person(), person()];
      lists.splice(0);
      todos.splice(0);
      for (const [at, owner] of people.entries()) {
        const input = { name: `l${at}`, visibility: at % 2 === 0 ? "PUBLIC" : "PRIVATE" };
        const { createList } = await replicas.uncached.data(
          "mutation ($input: CreateListInput!) { createList(input: $input) { list { id } } }",
          { input },
          owner,
        );
        lists.push(createList.list.id);
        const { createTodo } = await replicas.uncached.data(
          "mutation ($input: CreateTodoInput!) { createTodo(input: $input) { todo { id } } }",
          { input: { listId: createList.list.id, title: "first", notes: "confidential" } },
          owner,
        );
        todos.push(createTodo.todo.id);
      }
      const viewers = [...people, person(), anonymous];
      for (let round = 0; round < 40; round++) {
        focus = anything();
        const about = people.filter(({ id }) => id === focus.userId);
        const asked = questions(random.pick([...about, ...about, ...viewers]));
        const ask = (client: SignedClient) =>
          Promise.all(asked.map((one) => client.send(one.document, one.variables, one.viewer)));
        const before = await ask(replicas.uncached);
        // Through both, so that both have what is now to become old.
        for (const client of replicas.clients) expect(await ask(client)).toEqual(before);
        await dropped();
        if (round === 25) await replicas.depart(people[0] as Person);
        else await write(random.pick([...replicas.clients, replicas.uncached]));
        const after = await ask(replicas.uncached);
        for (const client of replicas.clients) expect(await ask(client)).toEqual(after);
        const told = await dropped();
        asked.forEach((question, at) => {
          if (question.tags === undefined) return;
          if (JSON.stringify(before[at]) === JSON.stringify(after[at])) return;
          const heard = question.tags.some((tag) => told.has(tag));
          if (!heard)
            throw new Error(`untold: ${JSON.stringify([question, before[at], after[at]])}`);
        });
        replicas.clock.pass(random.below(20_000));
      }
    },
    120_000,
  );
});
