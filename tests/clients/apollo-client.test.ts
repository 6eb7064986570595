import { createHash } from "node:crypto";
import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  gql,
  HttpLink,
  InMemoryCache,
} from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { relayStylePagination } from "@apollo/client/utilities";
import { describe, expect, test } from "@jest/globals";
import { filter, firstValueFrom, map } from "rxjs";
import { withDemoGraph } from "./demo-graph.ts";
import { createRecordingFetch, type Recorded } from "./recording-fetch.ts";
import type { UsersPage } from "./walk-users.ts";

const current = "application/graphql-response+json";
const demo = withDemoGraph();

interface Transport {
  readonly name: string;
  readonly method: "GET" | "POST";
  readonly persisted: boolean;
}

const transports: readonly Transport[] = [
  { name: "POST", method: "POST", persisted: false },
  { name: "GET", method: "GET", persisted: false },
  { name: "the persisted query link", method: "POST", persisted: true },
  { name: "the persisted query link and GET", method: "GET", persisted: true },
];

function createClient(
  { method, persisted }: Transport,
  authorization?: string,
): { readonly client: ApolloClient; readonly seen: readonly Recorded[] } {
  const { fetch, seen } = createRecordingFetch();
  const byGet = method === "GET";
  const http = new HttpLink({
    uri: demo.url,
    fetch,
    useGETForQueries: byGet && !persisted,
    ...(authorization !== undefined && { headers: { authorization } }),
  });
  const hashes = new PersistedQueryLink({
    sha256: (text) => createHash("sha256").update(text).digest("hex"),
    useGETForHashedQueries: byGet,
  });
  const typePolicies = { Query: { fields: { users: relayStylePagination(["orderBy"]) } } };
  const client = new ApolloClient({
    link: persisted ? ApolloLink.from([hashes, http]) : http,
    cache: new InMemoryCache({ typePolicies }),
  });
  return { client, seen };
}

/** What a client makes of answers that hold errors and no data. */
async function codesOf(work: Promise<unknown>): Promise<readonly unknown[]> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!CombinedGraphQLErrors.is(error)) throw new Error(`not GraphQL errors: ${error}`);
  return error.errors.map(({ extensions }) => extensions?.["code"]);
}

describe.each(transports)("Apollo Client by $name", (transport) => {
  const { method, name, persisted } = transport;

  test("reads what two subgraphs know, with variables", async () => {
    const { client, seen } = createClient(transport);
    // A document of its own: what one client has persisted serves the next.
    const operation = `Profile_${name.replaceAll(" ", "_")}`;
    const query = gql`
      query ${operation}($handle: String!) {
        userByHandle(handle: $handle) { name lists(first: 1) { edges { node { name } } } }
      }
    `;
    const read = async (): Promise<unknown> =>
      client
        .query({ query, variables: { handle: "ada" }, fetchPolicy: "network-only" })
        .then(({ data }) => data);
    const data = {
      userByHandle: {
        name: "Ada Lovelace",
        lists: { edges: [{ node: { name: expect.any(String) } }] },
      },
    };
    expect(await read()).toMatchObject(data);
    expect(await read()).toMatchObject(data);
    const sent = seen.map(({ body, method, type, url }) => {
      const document = (body ?? decodeURIComponent(url.search)).includes("userByHandle");
      return { method, type, document };
    });
    const hash = { method, type: current, document: false };
    const whole = { method: persisted ? "POST" : method, type: current, document: true };
    expect(sent).toEqual(persisted ? [hash, whole, hash] : [whole, whole]);
  });

  test("reads the rest of an answer beside the error of a field", async () => {
    const { client } = createClient(transport, demo.grace);
    const { data, error } = await client.query({
      query: gql`{ userByHandle(handle: "ada") { handle email } }`,
      errorPolicy: "all",
    });
    expect(data).toMatchObject({ userByHandle: { handle: "ada", email: null } });
    expect(CombinedGraphQLErrors.is(error) && error.errors).toMatchObject([
      { path: ["userByHandle", "email"], extensions: { code: "FORBIDDEN" } },
    ]);
  });

  test("reads the codes of what was refused as a whole, whatever its status", async () => {
    const { client, seen } = createClient(transport);
    const wrong = client.query({ query: gql`{ nothingOfThatName }` });
    expect(await codesOf(wrong)).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
    const missing = client.query({ query: gql`query ($id: ID!) { user(id: $id) { name } }` });
    expect(await codesOf(missing)).toEqual(["BAD_USER_INPUT"]);
    expect(seen.at(-1)).toMatchObject({ status: 400, type: current });
    const forged = createClient(transport, "Bearer forged");
    const me = forged.client.query({ query: gql`{ me { name } }` });
    expect(await codesOf(me)).toEqual(["TOKEN_INVALID"]);
    expect(forged.seen.at(-1)).toMatchObject({ status: 401, type: current });
  });

  test("signs in and writes with the token, by POST whatever reads go by", async () => {
    const anonymous = createClient(transport);
    const signedIn = await anonymous.client.mutate<{ signIn: { accessToken: string } }>({
      mutation: gql`
        mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }
      `,
      variables: { input: { email: "grace@example.com", password: "correct-horse-battery" } },
    });
    const { client, seen } = createClient(transport, `Bearer ${signedIn.data?.signIn.accessToken}`);
    const { data } = await client.mutate({
      mutation: gql`
        mutation ($input: CreateListInput!) { createList(input: $input) { list { name owner { handle } } } }
      `,
      variables: { input: { name: `Of ${name}` } },
    });
    expect(data).toMatchObject({
      createList: { list: { name: `Of ${name}`, owner: { handle: "grace" } } },
    });
    expect(new Set(seen.map((one) => one.method))).toEqual(new Set(["POST"]));
  });

  test("pages to the end with relayStylePagination", async () => {
    const { client } = createClient(transport);
    const watched = client.watchQuery<UsersPage>({
      query: gql`
        query Users($after: String) {
          users(first: 20, after: $after, orderBy: HANDLE_ASC) {
            edges { cursor node { id handle } }
            pageInfo { hasNextPage endCursor }
          }
        }
      `,
    });
    const shown = watched.pipe(filter(({ dataState }) => dataState === "complete"));
    const subscription = shown.subscribe({});
    const first = (await firstValueFrom(shown)).data as UsersPage;
    for (let { pageInfo } = first.users; pageInfo.hasNextPage; ) {
      const { data } = await watched.fetchMore({ variables: { after: pageInfo.endCursor } });
      if (data === undefined) throw new Error("no page");
      pageInfo = data.users.pageInfo;
    }
    const last = shown.pipe(
      map(({ data }) => data as UsersPage),
      filter(({ users }) => !users.pageInfo.hasNextPage),
    );
    const { users } = await firstValueFrom(last);
    const handles = users.edges.map(({ node }) => node.handle);
    expect(handles).toHaveLength(50);
    expect(handles).toEqual([...new Set(handles)].sort());
    subscription.unsubscribe();
    client.stop();
  });
});
