import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { anonymous, type Viewer } from "../../../runtime/identity.ts";
import { type Person, startUsers, type Users } from "../../../tests/harness/users-subgraph.ts";

let users: Users;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  users = await startUsers();
  ada = await users.signUp("ada", "Ada Lovelace");
  bob = await users.signUp("bob", "Bob 🙂");
});

afterAll(() => users.stop());

const references = (...ids: readonly string[]) => ({
  references: ids.map((id) => ({ __typename: "User", id })),
});
const entities = (fields: string): string =>
  `query ($references: [_Any!]!) { _entities(representations: $references) { ... on User { ${fields} } } }`;

test("the anonymous have no account, and asking costs no statement", async () => {
  const statements = await users.statements.during(async () => {
    expect(await users.data("{ me { id name } }")).toEqual({ me: null });
  });
  expect(statements).toEqual([]);
});

test("a user is found by id and by handle in any letter case, in one statement each", async () => {
  const document = `query ($id: ID!) { user(id: $id) { name } userByHandle(handle: "ADA") { id createdAt } }`;
  const statements = await users.statements.during(async () => {
    expect(await users.data(document, { id: bob.id.toUpperCase() })).toEqual({
      user: { name: "Bob 🙂" },
      userByHandle: { id: ada.id, createdAt: "2026-03-01T12:00:00.000Z" },
    });
  });
  expect(statements).toHaveLength(2);
});

test("C50 one kind of look-up is one statement, however many there are", async () => {
  const document = `query ($a: ID!, $b: ID!) { me { handle } a: user(id: $a) { name } b: user(id: $b) { name } c: user(id: $a) { handle } }`;
  const statements = await users.statements.during(() =>
    users.data(document, { a: ada.id, b: bob.id }, ada.viewer),
  );
  expect(statements).toHaveLength(1);
});

test("a column that nobody selects is not read, in whatever alias or fragment", async () => {
  const document = `query ($id: ID!, $no: Boolean = false) { user(id: $id) { label: name ...F avatarUrl @include(if: $no) ... on User @skip(if: true) { email } } }
    fragment F on User { handle }`;
  const [statement] = await users.statements.during(() => users.data(document, { id: ada.id }));
  expect(statement?.text).toContain('u.handle AS "handle",u.name AS "name",u.id AS "id" FROM');
});

test("who does not exist is null", async () => {
  const nobody = "0190d5a0-0000-7000-8000-000000000000";
  expect(
    await users.data(`{ user(id: "${nobody}") { name } userByHandle(handle: "nobody") { name } }`),
  ).toEqual({ user: null, userByHandle: null });
  const { _entities } = await users.data(entities("name"), references(nobody, ada.id));
  expect(_entities).toEqual([null, { name: "Ada Lovelace" }]);
});

test("references are read in one statement, in their order, duplicates too", async () => {
  const statements = await users.statements.during(async () => {
    const { _entities } = await users.data(entities("handle"), references(bob.id, ada.id, bob.id));
    expect(_entities).toEqual([{ handle: "bob" }, { handle: "ada" }, { handle: "bob" }]);
  });
  expect(statements).toHaveLength(1);
});

test("a reference of which only the id is selected costs no statement", async () => {
  const statements = await users.statements.during(async () => {
    const { _entities } = await users.data(entities("__typename id"), references(ada.id));
    expect(_entities).toEqual([{ __typename: "User", id: ada.id }]);
  });
  expect(statements).toEqual([]);
});

test("S29 one bad reference does not blank the others", async () => {
  const bad = [
    { __typename: "User" },
    { __typename: "User", id: "x' OR 1=1" },
    { __typename: "No" },
  ];
  const answer = await users.send(entities("name"), {
    references: [...bad, { __typename: "User", id: ada.id }],
  });
  expect(answer.data._entities).toEqual([null, null, null, { name: "Ada Lovelace" }]);
  expect(answer.errors?.map(({ extensions, path }) => [extensions.code, path])).toEqual(
    [0, 1, 2].map((index) => ["INVALID_REPRESENTATION", ["_entities", index]]),
  );
});

const admin: Viewer = {
  kind: "user",
  id: "0190d5a0-0000-7000-8000-000000000001",
  role: "ADMIN",
  session: "",
};

test("e-mail and role are for the user themself", async () => {
  expect(await users.data("{ me { email role } }", {}, ada.viewer)).toEqual({
    me: { email: "ada@example.com", role: "USER" },
  });
});

test("e-mail and role are for admins", async () => {
  const { _entities } = await users.data(entities("email role"), references(ada.id, bob.id), admin);
  expect(_entities).toEqual([
    { email: "ada@example.com", role: "USER" },
    { email: "bob@example.com", role: "USER" },
  ]);
});

test("S30 e-mail and role of another are null with FORBIDDEN on every path, and the rest is there", async () => {
  const byId = await users.send(
    "query ($id: ID!) { user(id: $id) { name email role } }",
    { id: bob.id },
    ada.viewer,
  );
  expect(byId.data).toEqual({ user: { name: "Bob 🙂", email: null, role: null } });
  const paths = [
    ['{ userByHandle(handle: "bob") { email } }', "userByHandle.email"],
    ["{ users(first: 1) { edges { node { email } } } }", "users.edges.0.node.email"],
  ] as const;
  for (const [document, path] of paths) {
    expect(await users.codes(document, {}, ada.viewer)).toEqual([`FORBIDDEN ${path}`]);
    expect(await users.codes(document, {}, anonymous)).toEqual([`FORBIDDEN ${path}`]);
  }
  const together = await users.send(entities("email"), references(ada.id, bob.id), ada.viewer);
  expect(together.data._entities).toEqual([{ email: "ada@example.com" }, { email: null }]);
  expect(together.errors).toMatchObject([{ path: ["_entities", 1, "email"] }]);
});

test("the anonymous cannot make the database read an e-mail address", async () => {
  const statements = await users.statements.during(() =>
    users.send("{ users { edges { node { name email role } } } }"),
  );
  expect(statements[0]?.text).not.toMatch(/email|role/);
});

test.each([
  ['{ user(id: "") { name } }', "BAD_USER_INPUT user"],
  ['{ user(id: "1") { name } }', "BAD_USER_INPUT user"],
  ["{ user(id: 1) { name } }", "BAD_USER_INPUT user"],
  ['{ userByHandle(handle: "") { name } }', "BAD_USER_INPUT userByHandle"],
  ['{ userByHandle(handle: "a\\u0000b") { name } }', "BAD_USER_INPUT userByHandle"],
  ['{ userByHandle(handle: "%") { name } }', "BAD_USER_INPUT userByHandle"],
  ['{ userByHandle(handle: "עדה") { name } }', "BAD_USER_INPUT userByHandle"],
  ["{ user { name } }", "GRAPHQL_VALIDATION_FAILED"],
  ["{ me { passwordHash } }", "GRAPHQL_VALIDATION_FAILED"],
  ["{ me { ", "GRAPHQL_PARSE_FAILED"],
])("%s is refused", async (document, code) => {
  const statements = await users.statements.during(async () => {
    expect(await users.codes(document)).toEqual([code]);
  });
  expect(statements).toEqual([]);
});

test("C51 a read after a write in one request sees the write", async () => {
  const rename = "updateProfile(input: { name: $name }) { user { name } }";
  const document = `mutation ($one: String, $two: String) { one: ${rename.replace("$name", "$one")} two: ${rename.replace("$name", "$two")} }`;
  expect(await users.data(document, { one: "One", two: "Two" }, bob.viewer)).toEqual({
    one: { user: { name: "One" } },
    two: { user: { name: "Two" } },
  });
  await users.data(
    rename.replace(/.*/, `mutation { updateProfile(input: { name: "Bob 🙂" }) { user { id } } }`),
    {},
    bob.viewer,
  );
});

test("C51 requests of different viewers that run at once share nothing", async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      users.send("{ me { handle email } }", {}, index % 2 === 0 ? ada.viewer : bob.viewer),
    ),
  );
  for (const [index, { data }] of answers.entries()) {
    const { handle, email } = index % 2 === 0 ? ada : bob;
    expect(data).toEqual({ me: { handle, email } });
  }
});
