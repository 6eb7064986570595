import type { House } from "./house.ts";

/** A viewer of its own: the workload reads as somebody who is a member of nothing. */
export async function signUp(house: House): Promise<Readonly<Record<string, string>>> {
  const answer = await send<{ signUp: { accessToken: string } }>(
    house,
    "mutation ($input: SignUpInput!) { signUp(input: $input) { accessToken } }",
    {
      input: {
        handle: "bench_viewer",
        name: "Viewer",
        email: "viewer@bench.example",
        password: "a password for benchmarks",
      },
    },
  );
  return { authorization: `Bearer ${answer.signUp.accessToken}` };
}

/** A user where it stands in the list of all. */
export interface ListedUser {
  readonly cursor: string;
  readonly node: { readonly id: string };
}

export async function allUsers(
  house: House,
  headers: Readonly<Record<string, string>>,
): Promise<readonly ListedUser[]> {
  const pages = `query ($after: String) { users(first: 100, after: $after) {
    edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }`;
  const users: ListedUser[] = [];
  for (let after: string | null = null; ; ) {
    const page: UsersPage = await send(house, pages, { after }, headers);
    users.push(...page.users.edges);
    if (!page.users.pageInfo.hasNextPage) return users;
    after = page.users.pageInfo.endCursor;
  }
}

interface UsersPage {
  readonly users: {
    readonly edges: readonly ListedUser[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

async function send<Data>(
  house: House,
  query: string,
  variables: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Data> {
  const response = await fetch(house.url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}
