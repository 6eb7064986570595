import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import pg from "pg";
import { type Client, createClient } from "../harness/client.ts";
import { type Graph, startGraph } from "../harness/graph.ts";
import { until } from "../harness/until.ts";

type Member = Client & { readonly id: string };

let graph: Graph;
let wired: Graph["wires"];
let keeper: Member;
let people = 0;

beforeAll(async () => {
  graph = await startGraph({ data: "empty", wired: true, env: { SUBGRAPH_TIMEOUT_MS: "1500" } });
  wired = graph.wires;
  keeper = await graph.signUp("keeper");
});

afterEach(() => {
  for (const wire of Object.values(wired)) wire.mend();
});

afterAll(() => graph.stop());

const password = "correct-horse-battery";
const deletion =
  "mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { deletedId } }";
const profile = "query ($id: ID!) { user(id: $id) { handle } }";

/** Someone with a list of their own, one that the keeper edits, and a todo in each. */
async function someone(place = graph, editor = keeper): Promise<Member & { shared: string }> {
  const member = await place.signUp(`someone_${++people}`);
  const { alone, shared } = await member.data(
    'mutation { alone: createList(input: { name: "Alone" }) { list { id } } shared: createList(input: { name: "Shared" }) { list { id } } }',
  );
  await member.data(
    'mutation ($alone: ID!, $shared: ID!, $keeper: ID!) { add: addMember(input: { listId: $shared, userId: $keeper, role: EDITOR }) { __typename } a: createTodo(input: { listId: $alone, title: "Alone" }) { __typename } b: createTodo(input: { listId: $shared, title: "Shared" }) { __typename } }',
    { alone: alone.list.id, shared: shared.list.id, keeper: editor.id },
  );
  return { ...member, shared: shared.list.id };
}

async function deleteAccount(member: Member): Promise<void> {
  const deleted = await member.data(deletion, { input: { password } });
  expect(deleted).toEqual({ deleteAccount: { deletedId: member.id } });
}

const sharedList =
  "query ($id: ID!) { list(id: $id) { viewerRole owner { id } members { totalCount } todos { edges { node { title owner { id } } } } } }";
const passedOn = {
  viewerRole: "OWNER",
  owner: { id: expect.any(String) },
  members: { totalCount: 1 },
  todos: { edges: [{ node: { title: "Shared", owner: null } }] },
};

async function passed(listId: string, editor: Client = keeper): Promise<unknown> {
  return until(async () => {
    const { list } = await editor.data(sharedList, { id: listId });
    return list.viewerRole === "OWNER" && list;
  });
}

async function metric(name: string, url = graph.usersUrl): Promise<number> {
  const text = await (await fetch(new URL("/metrics", url))).text();
  return Number(new RegExp(`^${name}\\S* (\\S+)$`, "m").exec(text)?.[1]);
}

async function rows(place: Graph, database: "users" | "todos", statement: string) {
  const client = new pg.Client({ connectionString: place.databases[database].url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

test("an account is deleted with the right password only, and then its sessions, lists and name are gone", async () => {
  const member = await someone();
  const { signIn } = await graph.anonymous.data(
    "mutation ($input: SignInInput!) { signIn(input: $input) { refreshToken } }",
    { input: { email: `someone_${people}@example.com`, password } },
  );
  expect(await member.codes(deletion, { input: { password: "another password" } })).toEqual([
    "INVALID_CREDENTIALS deleteAccount",
  ]);
  expect(await graph.anonymous.codes(deletion, { input: { password } })).toEqual([
    "UNAUTHENTICATED deleteAccount",
  ]);
  await deleteAccount(member);

  const refresh =
    "mutation ($token: String!) { refreshSession(refreshToken: $token) { expiresAt } }";
  expect(await graph.anonymous.codes(refresh, { token: signIn.refreshToken })).toEqual([
    "SESSION_ENDED refreshSession",
  ]);
  const again = graph.signIn(`someone_${people}@example.com`);
  await expect(again).rejects.toThrow("INVALID_CREDENTIALS");
  expect(await member.data("{ me { id } }")).toEqual({ me: null });
  expect(await keeper.data(profile, { id: member.id })).toEqual({ user: null });
  expect(await passed(member.shared)).toEqual({ ...passedOn, owner: { id: keeper.id } });
  expect(await member.data("{ lists { totalCount } todos { totalCount } }")).toEqual({
    lists: { totalCount: 0 },
    todos: { totalCount: 0 },
  });

  const successor = await graph.signUp(`someone_${people}`);
  expect(successor.id).not.toBe(member.id);
});

test("a token that outlives its account can write nothing, in neither service", async () => {
  const member = await someone();
  await deleteAccount(member);
  await passed(member.shared);
  const writes = [
    'mutation { write: createList(input: { name: "Ghost" }) { __typename } }',
    `mutation { write: createTodo(input: { listId: "${member.shared}", title: "Ghost" }) { __typename } }`,
    `mutation { write: leaveList(id: "${member.shared}") { __typename } }`,
    'mutation { write: updateProfile(input: { name: "Ghost" }) { __typename } }',
    `mutation { write: deleteAccount(input: { password: "${password}" }) { __typename } }`,
    `mutation { write: changePassword(input: { currentPassword: "${password}", newPassword: "another password" }) { __typename } }`,
  ];
  for (const write of writes) expect(await member.codes(write)).toEqual(["UNAUTHENTICATED write"]);
  expect(
    await keeper.codes(
      `mutation { write: addMember(input: { listId: "${member.shared}", userId: "${member.id}", role: READER }) { __typename } }`,
    ),
  ).toEqual(["NOT_FOUND write"]);
});

test("todos is down at that moment: the deletion succeeds, the lag shows it, and todos follows when it is back", async () => {
  const member = await someone();
  wired.todos.cut();
  await deleteAccount(member);
  await until(async () => (await metric("outbox_deliveries_total{.*failed")) > 0);
  expect(await metric("outbox_undelivered_events")).toBe(1);
  expect(await metric("outbox_lag_seconds")).toBeGreaterThan(0);
  const [waiting] = await rows(graph, "users", "SELECT * FROM outbox WHERE delivered_at IS NULL");
  expect(waiting).toMatchObject({ topic: "account.deleted", key: member.id });
  expect(waiting.last_error).toMatch(/^[A-Z_]+$/);
  expect(JSON.stringify(waiting)).not.toContain("example.com");

  wired.todos.mend();
  expect(await passed(member.shared)).toMatchObject(passedOn);
  await until(async () => (await metric("outbox_undelivered_events")) === 0);
  expect(await metric("outbox_lag_seconds")).toBe(0);
});

test("todos takes the event but its answer is lost: it comes again, and has one effect", async () => {
  const member = await someone();
  const before = await metric("outbox_deliveries_total{.*delivered");
  await deleteAccount(member);
  const first = await passed(member.shared);
  await until(async () => (await metric("outbox_deliveries_total{.*delivered")) > before);
  // As if the relay had died between todos' answer and its own note of it.
  await rows(
    graph,
    "users",
    `UPDATE outbox SET delivered_at = NULL, next_attempt_at = now() WHERE key = '${member.id}'`,
  );
  await until(async () => (await metric("outbox_deliveries_total{.*delivered")) > before + 1);
  expect(await passed(member.shared)).toEqual(first);
  const read = `{ list(id: "${member.shared}") { version } }`;
  expect(await keeper.data(read)).toEqual({ list: { version: 2 } });
  expect(
    await rows(graph, "todos", `SELECT FROM deleted_users WHERE user_id = '${member.id}'`),
  ).toHaveLength(1);
});

test("todos' database is down: the event waits for it", async () => {
  const member = await someone();
  const before = await metric("outbox_deliveries_total{.*failed");
  wired.todosDatabase.cut();
  await deleteAccount(member);
  await until(async () => (await metric("outbox_deliveries_total{.*failed")) > before);
  const [waiting] = await rows(graph, "users", "SELECT * FROM outbox WHERE delivered_at IS NULL");
  expect(waiting.last_error).toBe("HTTP_503");
  wired.todosDatabase.mend();
  expect(await passed(member.shared)).toMatchObject(passedOn);
});

test("R64 users dies between commit and delivery: other replicas deliver what it left, once", async () => {
  const place = await startGraph({ data: "empty", events: "off" });
  try {
    const editor = await place.signUp("editor");
    const members = [await someone(place, editor), await someone(place, editor)];
    for (const member of members) await deleteAccount(member);
    expect(await metric("outbox_undelivered_events", place.usersUrl)).toBe(2);
    const read = "query ($id: ID!) { list(id: $id) { viewerRole } }";
    expect(await editor.data(read, { id: members[0]?.shared })).toEqual({
      list: { viewerRole: "EDITOR" },
    });
    await Promise.all([place.addUsers(), place.addUsers()]);
    for (const { shared } of members) expect(await passed(shared, editor)).toMatchObject(passedOn);
    await until(async () => (await metric("outbox_undelivered_events", place.usersUrl)) === 0);
    const attempts = await rows(place, "users", "SELECT attempts FROM outbox");
    expect(attempts).toEqual([{ attempts: 1 }, { attempts: 1 }]);
  } finally {
    await place.stop();
  }
});

test("a write that is under way while the account is deleted leaves nothing behind", async () => {
  const member = await someone();
  const writes = Array.from({ length: 10 }, (_, index) =>
    member.send(`mutation { createList(input: { name: "List ${index}" }) { list { id } } }`),
  );
  const deleted = deleteAccount(member);
  const more = Array.from({ length: 10 }, (_, index) =>
    member.send(`mutation { createList(input: { name: "More ${index}" }) { list { id } } }`),
  );
  await Promise.all([deleted, ...writes, ...more]);
  await passed(member.shared);
  const left = await rows(
    graph,
    "todos",
    `SELECT FROM lists l WHERE owner_id = '${member.id}' UNION ALL SELECT FROM list_members WHERE user_id = '${member.id}'`,
  );
  expect(left).toEqual([]);
});

test("the gateway has no way to /events", async () => {
  const outside = createClient(graph.url.replace("/graphql", "/events"), keeper.token);
  expect(await outside.send("{ me { id } }")).toMatchObject({ status: 404 });
});
