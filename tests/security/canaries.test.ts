import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { createLog } from "../../runtime/log.ts";
import { createClient } from "../harness/client.ts";
import { type Graph, startGraph } from "../harness/graph.ts";

// What people bring. None of it may stand in a log, in a metric, or in an answer that did not ask for it.
const password = "canary-password-3f9a";
const email = "canary-person-7be1@example.com";
const name = "Canary Surname-51dd";
const title = "canary title c0de";
const handle = "canary_handle_9a2";

const logged: string[] = [];
const answered: string[] = [];
let graph: Graph;

beforeAll(async () => {
  const log = createLog("canaries", "trace", { write: (line) => void logged.push(line) });
  graph = await startGraph({
    data: "empty",
    wired: true,
    log,
    env: {
      NODE_ENV: "production",
      SUBGRAPH_TIMEOUT_MS: "1500",
      USERS_STATEMENT_TIMEOUT_MS: "1000",
    },
  });
});

afterEach(() => {
  for (const wire of Object.values(graph.wires)) wire.mend();
});

afterAll(() => graph.stop());

const signUp =
  "mutation SignUp($input: SignUpInput!) { signUp(input: $input) { accessToken refreshToken } }";
const signIn =
  "mutation SignIn($input: SignInInput!) { signIn(input: $input) { accessToken refreshToken } }";
const account = { handle, name, email, password };

/** Sends an operation that fails, and keeps its answer. */
async function fail(query: string, variables: unknown, token?: string): Promise<void> {
  const response = await fetch(graph.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  const body = await response.text();
  expect(body).toContain(`"errors"`);
  answered.push(body);
}

test("S71 neither logs, nor metrics, nor errors hold what people bring", async () => {
  const { signUp: session } = await graph.anonymous.data(signUp, { input: account });
  const { accessToken, refreshToken } = session as { accessToken: string; refreshToken: string };
  const client = createClient(graph.url, accessToken);
  await client.data(
    "mutation List($input: CreateListInput!) { createList(input: $input) { list { id } } }",
    { input: { name: title } },
  );
  await client.data("{ me { email } }");

  // Known failures, with all that they could tell.
  await fail(signUp, { input: account });
  await fail(signUp, { input: { ...account, handle: "another_1" } });
  await fail(signIn, { input: { email, password: `${password}-wrong` } });
  await fail("mutation ($t: String!) { refreshSession(refreshToken: $t) { accessToken } }", {
    t: `${refreshToken}x`,
  });
  await fail("{ me { email } }", {}, `${accessToken}x`);
  await fail("{ me { email } }", {}, accessToken.split(".").slice(0, 2).join("."));
  await fail(`{ userByHandle(handle: "${handle}") { email } }`, {});
  await fail(`query ($after: String) { users(after: $after) { totalCount } }`, { after: title });

  // Neighbours that fail while they hold it.
  graph.wires["usersDatabase"].cut();
  await fail(signIn, { input: { email, password } });
  await fail(signUp, { input: { ...account, email: `x${email}`, handle: "another_2" } });
  graph.wires["usersDatabase"].mend();
  graph.wires["todos"].freeze();
  await fail(
    "query Search($filter: TodoFilter) { todos(filter: $filter) { totalCount } }",
    { filter: { text: title } },
    accessToken,
  );
  graph.wires["todos"].mend();
  graph.wires["users"].cut();
  await fail(signIn, { input: { email, password } });
  graph.wires["users"].mend();

  const metrics = await Promise.all(
    [graph.url, graph.usersUrl, graph.todosUrl].map(async (url) =>
      (await fetch(new URL("/metrics", url))).text(),
    ),
  );
  expect(logged.length).toBeGreaterThan(10);
  const secrets = [password, email, name, title, accessToken, refreshToken];
  const found = (texts: readonly string[], canaries: readonly string[]): readonly string[] =>
    texts.filter((text) => canaries.some((canary) => text.includes(canary)));
  expect(found(logged, [...secrets, handle])).toEqual([]);
  expect(found(metrics, [...secrets, handle])).toEqual([]);
  expect(found(answered, secrets)).toEqual([]);
});

test("S32 S71 errors tell no address, no file and no words of a driver", async () => {
  const telltale =
    /127\.0\.0\.1|localhost|ECONN|postgres|prisma|node_modules|\.[jt]s:\d|stack|SELECT/i;
  expect(answered.length).toBeGreaterThan(10);
  expect(answered.filter((body) => telltale.test(body))).toEqual([]);
});
