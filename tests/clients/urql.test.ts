import { expect, test } from "@jest/globals";
import { Client, cacheExchange, fetchExchange, gql } from "@urql/core";
import { withDemoGraph } from "./demo-graph.ts";
import { createRecordingFetch, type Recorded } from "./recording-fetch.ts";
import { type UsersPage, walkUsers } from "./walk-users.ts";

const current = "application/graphql-response+json";
const demo = withDemoGraph();

/** As its documentation starts one: it asks by GET where the URL is short enough. */
function createClient(authorization?: string): {
  readonly client: Client;
  readonly seen: readonly Recorded[];
} {
  const { fetch, seen } = createRecordingFetch();
  const client = new Client({
    url: demo.url,
    exchanges: [cacheExchange, fetchExchange],
    fetch,
    ...(authorization !== undefined && { fetchOptions: { headers: { authorization } } }),
  });
  return { client, seen };
}

const profile = gql`
  query Profile($handle: String!) {
    userByHandle(handle: $handle) { name lists(first: 1) { edges { node { name } } } }
  }
`;

test("urql reads what two subgraphs know by GET, with no header that needs a preflight", async () => {
  const { client, seen } = createClient();
  const { data, error } = await client.query(profile, { handle: "ada" });
  expect(error).toBeUndefined();
  expect(data).toMatchObject({
    userByHandle: { name: "Ada Lovelace", lists: { edges: [{ node: expect.anything() }] } },
  });
  expect(seen).toMatchObject([{ method: "GET", status: 200, type: current }]);
  expect(Object.keys(seen[0]?.headers ?? {})).toEqual(["accept"]);
});

test("urql sends a document that is too long for a URL by POST", async () => {
  const { client, seen } = createClient();
  const handles = Array.from(
    { length: 60 },
    (_, n) => `a${n}: userByHandle(handle: "ada") { name }`,
  );
  const { data } = await client.query(gql`{ ${handles.join(" ")} }`, {});
  expect(Object.keys(data)).toHaveLength(60);
  expect(seen).toMatchObject([{ method: "POST", status: 200 }]);
});

test("urql reads the rest of an answer beside the error of a field", async () => {
  const { client } = createClient(demo.grace);
  const { data, error } = await client.query(
    gql`{ userByHandle(handle: "ada") { handle email } }`,
    {},
  );
  expect(data).toMatchObject({ userByHandle: { handle: "ada", email: null } });
  expect(error?.graphQLErrors).toMatchObject([
    { path: ["userByHandle", "email"], extensions: { code: "FORBIDDEN" } },
  ]);
});

test("urql reads the codes of what was refused as a whole, whatever its status", async () => {
  const { client, seen } = createClient();
  const wrong = await client.query(gql`{ nothingOfThatName }`, {});
  expect(wrong.error?.graphQLErrors).toMatchObject([
    { extensions: { code: "GRAPHQL_VALIDATION_FAILED" } },
  ]);
  const missing = await client.query(profile, {});
  expect(missing.error?.graphQLErrors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
  expect(seen.at(-1)).toMatchObject({ status: 400, type: current });
  const forged = await createClient("Bearer forged").client.query(profile, { handle: "ada" });
  expect(forged.error?.graphQLErrors).toMatchObject([{ extensions: { code: "TOKEN_INVALID" } }]);
  expect(forged.error?.response?.status).toBe(401);
});

test("urql signs in and writes with the token, by POST", async () => {
  const anonymous = createClient();
  const signedIn = await anonymous.client.mutation(
    gql`
      mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }
    `,
    { input: { email: "grace@example.com", password: "correct-horse-battery" } },
  );
  const { client, seen } = createClient(`Bearer ${signedIn.data.signIn.accessToken}`);
  const { data, error } = await client.mutation(
    gql`
      mutation ($input: CreateListInput!) { createList(input: $input) { list { name owner { handle } } } }
    `,
    { input: { name: "Of urql" } },
  );
  expect(error).toBeUndefined();
  expect(data).toMatchObject({
    createList: { list: { name: "Of urql", owner: { handle: "grace" } } },
  });
  expect(seen).toMatchObject([{ method: "POST", status: 200 }]);
});

test("urql walks a connection by its cursors", async () => {
  const { client } = createClient();
  const handles = await walkUsers(async (page, variables) => {
    const { data, error } = await client.query<UsersPage>(page, variables);
    return data ?? fail(error);
  });
  expect(handles).toHaveLength(50);
  expect(handles).toEqual([...new Set(handles)].sort());
});

function fail(error: unknown): never {
  throw error;
}
