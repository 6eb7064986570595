export interface UsersPage {
  readonly users: {
    readonly edges: readonly { readonly node: { readonly handle: string } }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

const page = `
  query Users($after: String) {
    users(first: 20, after: $after, orderBy: HANDLE_ASC) {
      edges { node { handle } }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

/** Reads the connection of users page by page. @returns their handles, as they came */
export async function walkUsers(
  read: (page: string, variables: { readonly after: string | null }) => Promise<UsersPage>,
): Promise<readonly string[]> {
  const handles: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { users }: UsersPage = await read(page, { after });
    handles.push(...users.edges.map(({ node }) => node.handle));
    after = users.pageInfo.endCursor;
    more = users.pageInfo.hasNextPage;
  }
  return handles;
}
