import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { person, startTodos, type Todos } from "../../../tests/harness/todos-subgraph.ts";

let todos: Todos;
const owner = person();
let list: string;
let todo: string;

beforeAll(async () => {
  todos = await startTodos();
  list = await todos.list(owner);
  [todo = ""] = await todos.todos(owner, list, [{ title: "A todo" }]);
});

afterAll(() => todos.stop());

const document = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  __typename ... on User { id } ... on TodoList { name } ... on Todo { title } } }`;

test("S29 one bad reference is an error of its own among those that resolve", async () => {
  const representations = [
    { __typename: "Todo", id: todo },
    { __typename: "Todo", id: "1' OR true" },
    { __typename: "Todo" },
    { __typename: "TodoList", id: { $ne: null } },
    { __typename: "User", id: 7 },
    { __typename: "Mutation" },
    { __typename: "TodoList", id: list.toUpperCase() },
    { __typename: "User", id: owner.id },
  ];
  const { data, errors } = await todos.send(document, { representations }, owner);
  expect(data._entities).toEqual([
    { __typename: "Todo", title: "A todo" },
    null,
    null,
    null,
    null,
    null,
    { __typename: "TodoList", name: "List" },
    { __typename: "User", id: owner.id },
  ]);
  expect(
    errors?.map(({ extensions, path }) => `${extensions.code} ${path?.join(".")}`).sort(),
  ).toEqual([1, 2, 3, 4, 5].map((at) => `INVALID_REPRESENTATION _entities.${at}`));
});

test("S29 100,000 references are refused before one is resolved", async () => {
  const representations = Array.from({ length: 20_000 }, () => ({
    __typename: "User",
    id: owner.id,
  }));
  const statements = await todos.statements.during(async () => {
    expect(await todos.codes(document, { representations }, owner)).toEqual([
      "TOO_MANY_REPRESENTATIONS _entities",
    ]);
  });
  expect(statements).toEqual([]);
  const many = Array.from({ length: 100_000 }, () => representations[0]);
  expect((await todos.send(document, { representations: many }, owner)).status).toBe(413);
});

test("a reference to a todo is read even for its id alone, since it may not exist", async () => {
  const ids = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Todo { id } } }`;
  const representations = [
    { __typename: "Todo", id: todo },
    { __typename: "Todo", id: list },
  ];
  expect(await todos.reads(ids, { representations }, owner)).toHaveLength(1);
  expect(await todos.data(ids, { representations }, owner)).toEqual({
    _entities: [{ id: todo }, null],
  });
});
