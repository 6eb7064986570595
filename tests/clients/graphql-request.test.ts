import { describe, expect, test } from "@jest/globals";
import { ClientError, GraphQLClient, gql } from "graphql-request";
import { withDemoGraph } from "./demo-graph.ts";
import { createRecordingFetch, type Recorded } from "./recording-fetch.ts";
import { type UsersPage, walkUsers } from "./walk-users.ts";

const current = "application/graphql-response+json";
const demo = withDemoGraph();

async function failed(work: Promise<unknown>): Promise<ClientError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ClientError)) throw new Error(`not an error of GraphQL: ${error}`);
  return error;
}

describe.each(["POST", "GET"] as const)("graphql-request by %s", (method) => {
  function createClient(authorization?: string): {
    readonly client: GraphQLClient;
    readonly seen: readonly Recorded[];
  } {
    const { fetch, seen } = createRecordingFetch();
    const headers = authorization === undefined ? {} : { authorization };
    return { client: new GraphQLClient(demo.url, { method, fetch, headers }), seen };
  }

  test("reads what two subgraphs know, with variables", async () => {
    const { client, seen } = createClient();
    const query = gql`
      query Profile($handle: String!) {
        userByHandle(handle: $handle) { name lists(first: 1) { edges { node { name } } } }
      }
    `;
    expect(await client.request(query, { handle: "ada" })).toMatchObject({
      userByHandle: { name: "Ada Lovelace", lists: { edges: [{ node: expect.anything() }] } },
    });
    expect(seen).toMatchObject([{ method, status: 200, type: current }]);
  });

  test("reads the rest of an answer beside the error of a field", async () => {
    const { client } = createClient(demo.grace);
    const query = gql`{ userByHandle(handle: "ada") { handle email } }`;
    const { response } = await failed(client.request(query));
    expect(response).toMatchObject({
      status: 200,
      data: { userByHandle: { handle: "ada", email: null } },
      errors: [{ path: ["userByHandle", "email"], extensions: { code: "FORBIDDEN" } }],
    });
  });

  test("reads the codes of what was refused as a whole, whatever its status", async () => {
    const { client } = createClient();
    const query = gql`query ($id: ID!) { user(id: $id) { name } }`;
    expect((await failed(client.request(gql`{ nothingOfThatName }`))).response).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }],
    });
    expect((await failed(client.request(query))).response).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: "BAD_USER_INPUT" } }],
    });
    const forged = createClient("Bearer forged").client;
    expect((await failed(forged.request(query, { id: "a" }))).response).toMatchObject({
      status: 401,
      errors: [{ extensions: { code: "TOKEN_INVALID" } }],
    });
  });

  test("signs in and writes with the token, by POST whatever reads go by", async () => {
    const anonymous = createClient();
    const { signIn } = await anonymous.client.request<{ signIn: { accessToken: string } }>(
      gql`
        mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }
      `,
      { input: { email: "grace@example.com", password: "correct-horse-battery" } },
    );
    const { client, seen } = createClient(`Bearer ${signIn.accessToken}`);
    const written = await client.request(
      gql`
        mutation ($input: CreateListInput!) { createList(input: $input) { list { name owner { handle } } } }
      `,
      { input: { name: `By ${method}` } },
    );
    expect(written).toMatchObject({
      createList: { list: { name: `By ${method}`, owner: { handle: "grace" } } },
    });
    expect(seen).toMatchObject([{ method: "POST", status: 200 }]);
  });

  test("walks a connection by its cursors", async () => {
    const { client } = createClient();
    const handles = await walkUsers((page, variables) =>
      client.request<UsersPage>(page, variables),
    );
    expect(handles).toHaveLength(50);
    expect(handles).toEqual([...new Set(handles)].sort());
  });
});
