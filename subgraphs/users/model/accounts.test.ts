import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pg from "pg";
import { columnsRead } from "../../../tests/harness/columns-read.ts";
import { password, startUsers, type Users } from "../../../tests/harness/users-subgraph.ts";

let users: Users;

beforeAll(async () => {
  users = await startUsers();
});

afterAll(() => users.stop());

const signUp =
  "mutation ($input: SignUpInput!) { signUp(input: $input) { refreshToken user { id handle name email role avatarUrl createdAt } } }";
const account = (handle: string, email = `${handle}@example.com`) => ({
  input: { handle, name: "A Name", email, password },
});

test("whoever signs up is a USER and sees their own address at once", async () => {
  const { signUp: session } = await users.data(signUp, account("Fresh_1", "Fresh@Example.com"));
  expect(session.user).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
    handle: "fresh_1",
    name: "A Name",
    email: "fresh@example.com",
    role: "USER",
    avatarUrl: null,
    createdAt: new Date(users.clock.now()).toISOString(),
  });
});

test("a handle or an address is taken in every letter case, with the argument's name", async () => {
  await users.signUp("taken");
  const byHandle = await users.send(signUp, account("TAKEN", "free@example.com"));
  expect(byHandle.errors).toMatchObject([
    { path: ["signUp"], extensions: { code: "HANDLE_TAKEN", argument: "input.handle" } },
  ]);
  const byEmail = await users.send(signUp, account("free", "Taken@Example.COM"));
  expect(byEmail.errors).toMatchObject([
    { path: ["signUp"], extensions: { code: "EMAIL_TAKEN", argument: "input.email" } },
  ]);
});

test("of those who sign up with one handle at once, one gets it and nothing is half done", async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      users.send(signUp, account(index % 2 === 0 ? "race" : "RACE", `race${index}@example.com`)),
    ),
  );
  const codes = answers.flatMap(({ errors = [] }) =>
    errors.map(({ extensions }) => extensions.code),
  );
  expect(codes).toEqual(Array(7).fill("HANDLE_TAKEN"));
  const { users: found } = await users.data('{ users(search: "race") { totalCount } }');
  expect(found.totalCount).toBe(1);
});

const update =
  "mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { user { handle name avatarUrl } } }";

test("a change of the profile leaves alone what it does not name", async () => {
  const { viewer } = await users.signUp("changing", "Before");
  const change = async (input: unknown): Promise<unknown> =>
    (await users.data(update, { input }, viewer)).updateProfile.user;
  const url = "https://example.com/a.png";
  expect(await change({ avatarUrl: url })).toEqual({
    handle: "changing",
    name: "Before",
    avatarUrl: url,
  });
  expect(await change({ name: " After " })).toMatchObject({ name: "After", avatarUrl: url });
  expect(await change({ handle: "Changed" })).toMatchObject({ handle: "changed", name: "After" });
  expect(await change({ avatarUrl: null })).toMatchObject({ avatarUrl: null });
  expect(await change({})).toEqual({ handle: "changed", name: "After", avatarUrl: null });
});

test("a profile is changed by its viewer only, to what is allowed", async () => {
  const { viewer } = await users.signUp("careful", "Careful");
  await users.signUp("occupied");
  const codes = (input: unknown): Promise<readonly string[]> =>
    users.codes(update, { input }, viewer);
  expect(await users.codes(update, { input: { name: "x" } })).toEqual([
    "UNAUTHENTICATED updateProfile",
  ]);
  expect(await codes({ handle: "OCCUPIED", name: "Other" })).toEqual([
    "HANDLE_TAKEN updateProfile",
  ]);
  for (const input of [
    { handle: null },
    { name: null },
    { name: "" },
    { name: "a\0b" },
    { avatarUrl: "x" },
  ]) {
    expect(await codes(input)).toEqual(["BAD_USER_INPUT updateProfile"]);
  }
  expect(await codes({ email: "x@example.com" })).toEqual(["BAD_USER_INPUT"]);
  expect(await codes({ name: 1 })).toEqual(["BAD_USER_INPUT"]);
  expect(await users.data("{ me { handle name } }", {}, viewer)).toEqual({
    me: { handle: "careful", name: "Careful" },
  });
});

test("what a mutation gives back is read by its selection", async () => {
  const { viewer } = await users.signUp("selective");
  const document = 'mutation { updateProfile(input: { name: "New" }) { user { handle } } }';
  const statements = await users.statements.during(() => users.data(document, {}, viewer));
  expect(statements.map(({ text }) => columnsRead(text))).toEqual([["users.handle"]]);
});

const change =
  "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { refreshToken user { email } } }";
const refresh =
  "mutation ($token: String!) { refreshSession(refreshToken: $token) { refreshToken } }";
const signIn = "mutation ($input: SignInInput!) { signIn(input: $input) { refreshToken } }";

test("a changed password ends all sessions and opens a new one", async () => {
  const person = await users.signUp("renewing");
  const next = "another-horse-battery";
  const input = { currentPassword: password, newPassword: next };
  const { changePassword } = await users.data(change, { input }, person.viewer);
  expect(changePassword.user).toEqual({ email: person.email });
  expect(await users.codes(refresh, { token: person.refreshToken })).toEqual([
    "SESSION_ENDED refreshSession",
  ]);
  await users.data(refresh, { token: changePassword.refreshToken });
  expect(await users.codes(signIn, { input: { email: person.email, password } })).toEqual([
    "INVALID_CREDENTIALS signIn",
  ]);
  await users.data(signIn, { input: { email: person.email, password: next } });
});

test("a password is changed by who knows it, to one that is allowed", async () => {
  const person = await users.signUp("a_long_handle");
  const codes = (currentPassword: string, newPassword: string): Promise<readonly string[]> =>
    users.codes(change, { input: { currentPassword, newPassword } }, person.viewer);
  const next = "another-horse-battery";
  expect(
    await users.codes(change, { input: { currentPassword: password, newPassword: next } }),
  ).toEqual(["UNAUTHENTICATED changePassword"]);
  expect(await codes("a wrong password", next)).toEqual(["INVALID_CREDENTIALS changePassword"]);
  for (const bad of ["short", "A_Long_Handle", "a_long_handle@EXAMPLE.com", "x".repeat(201)]) {
    expect(await codes(password, bad)).toEqual(["BAD_USER_INPUT changePassword"]);
  }
  await users.data(refresh, { token: person.refreshToken });
});

test("of two changes of one password at once, one wins, and the other changes nothing", async () => {
  const person = await users.signUp("twice");
  const inputs = ["another-horse-battery", "yet-another-horse-battery"].map((newPassword) => ({
    currentPassword: password,
    newPassword,
  }));
  const answers = await Promise.all(
    inputs.map((input) => users.send(change, { input }, person.viewer)),
  );
  const lost = answers.flatMap(({ errors = [] }) =>
    errors.map(({ extensions }) => extensions.code),
  );
  expect(lost).toEqual(["INVALID_CREDENTIALS"]);
});

test("no session that was opened with the old password outlives its change", async () => {
  const person = await users.signUp("hunted");
  const input = { currentPassword: password, newPassword: "another-horse-battery" };
  const credentials = { input: { email: person.email, password } };
  const [changed, ...attempts] = await Promise.all([
    users.send(change, { input }, person.viewer),
    ...Array.from({ length: 8 }, () => users.send(signIn, credentials)),
  ]);
  expect(changed.errors).toBeUndefined();
  for (const { data } of attempts) {
    const token: string | undefined = data?.signIn?.refreshToken;
    if (token !== undefined) {
      expect(await users.codes(refresh, { token })).toEqual(["SESSION_ENDED refreshSession"]);
    }
  }
});

const deletion =
  "mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { deletedId } }";
const events = async (): Promise<readonly unknown[]> => {
  const client = new pg.Client({ connectionString: users.database.url });
  await client.connect();
  const { rows } = await client.query(
    "SELECT target, topic, key, payload, delivered_at FROM outbox ORDER BY sequence",
  );
  await client.end();
  return rows;
};

test("an account is deleted with its password, and one event says so", async () => {
  const leaver = await users.signUp("leaver");
  const before = await events();
  const wrong = { input: { password: "another password" } };
  expect(await users.codes(deletion, wrong, leaver.viewer)).toEqual([
    "INVALID_CREDENTIALS deleteAccount",
  ]);
  expect(await users.codes(deletion, { input: { password } })).toEqual([
    "UNAUTHENTICATED deleteAccount",
  ]);
  expect(await events()).toEqual(before);
  expect(await users.data(deletion, { input: { password } }, leaver.viewer)).toEqual({
    deleteAccount: { deletedId: leaver.id },
  });
  expect((await events()).slice(before.length)).toEqual([
    {
      target: "todos",
      topic: "account.deleted",
      key: leaver.id,
      payload: { userId: leaver.id },
      delivered_at: null,
    },
  ]);
  expect(await users.codes(deletion, { input: { password } }, leaver.viewer)).toEqual([
    "UNAUTHENTICATED deleteAccount",
  ]);
  const profile = "query ($id: ID!) { me { id } user(id: $id) { id } }";
  expect(await users.data(profile, { id: leaver.id }, leaver.viewer)).toEqual({
    me: null,
    user: null,
  });
});

test("nothing is left of a deleted account, and its handle and address are free", async () => {
  const { id, viewer } = await users.signUp("passing");
  await users.data(deletion, { input: { password } }, viewer);
  const client = new pg.Client({ connectionString: users.database.url });
  await client.connect();
  const { rows } = await client.query(
    "SELECT id FROM users WHERE id = $1 UNION ALL SELECT id FROM sessions WHERE user_id = $1",
    [id],
  );
  await client.end();
  expect(rows).toEqual([]);
  expect((await users.signUp("passing")).id).not.toBe(id);
});

test("of several deletions of one account at once, one succeeds", async () => {
  const { id, viewer } = await users.signUp("eager");
  const answers = await Promise.all(
    [1, 2, 3, 4].map(() => users.send(deletion, { input: { password } }, viewer)),
  );
  const refused = answers.flatMap(({ errors = [] }) => errors.map(({ extensions }) => extensions));
  expect(refused).toHaveLength(3);
  for (const { code } of refused) expect(["CONFLICT", "UNAUTHENTICATED"]).toContain(code);
  const ofUser = (await events()).filter((event) => (event as { key: string }).key === id);
  expect(ofUser).toHaveLength(1);
});
