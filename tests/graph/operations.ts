/** An operation whose SQL is fixed by contract. `$n` is the number of parents at its first level. */
export interface ContractedOperation {
  readonly name: string;
  readonly document: string;
  /** Statements of each subgraph, the same for any number of parents. */
  readonly users: number;
  readonly todos: number;
  /** Whether `$n` is used; if not, the operation has one parent. */
  readonly scales: boolean;
}

interface Counts {
  readonly users?: number;
  readonly todos?: number;
}

function operation(name: string, document: string, counts: Counts): ContractedOperation {
  const scales = document.includes("$n");
  return { name, document, users: counts.users ?? 0, todos: counts.todos ?? 0, scales };
}

/** Run as the demo's reader: a signed-in viewer who shares lists with others. `$user` and `$list` are ids, `$handle` a handle. */
export const operations: readonly ContractedOperation[] = [
  operation("users", "query ($n: Int!) { users(first: $n) { edges { node { id name } } } }", {
    users: 1,
  }),
  operation(
    "users, cursors and count",
    "query ($n: Int!) { users(first: $n) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { handle } } } }",
    { users: 2 },
  ),
  operation("users, only the count", "{ users { totalCount } }", { users: 1 }),
  operation("users, only the type", "query ($n: Int!) { users(first: $n) { __typename } }", {}),
  operation(
    "users, searched and ordered, backward",
    'query ($n: Int!) { users(last: $n, search: "a", orderBy: NAME_ASC) { edges { node { name } } } }',
    { users: 1 },
  ),
  operation("me", "{ me { id handle name email role avatarUrl createdAt } }", { users: 1 }),
  operation(
    "user by two ways",
    "query ($user: ID!, $handle: String!) { user(id: $user) { name } userByHandle(handle: $handle) { createdAt } }",
    { users: 2 },
  ),
  operation(
    "user, todos counted",
    "query ($user: ID!) { user(id: $user) { name todos { totalCount } lists { totalCount } } }",
    { users: 1, todos: 2 },
  ),
  operation(
    "users > todos",
    "query ($n: Int!) { users(first: $n) { edges { node { name todos(first: 5) { edges { node { title status } } pageInfo { hasNextPage endCursor } } } } } }",
    { users: 1, todos: 1 },
  ),
  operation(
    "users > todos > owner, by id alone",
    "query ($n: Int!) { users(first: $n) { edges { node { todos(first: 5) { edges { node { title owner { id } assignee { id } } } } } } } }",
    { users: 1, todos: 1 },
  ),
  operation(
    "users > todos > owner",
    "query ($n: Int!) { users(first: $n) { edges { node { todos(first: 5) { edges { node { title owner { name } } } } } } } }",
    { users: 2, todos: 1 },
  ),
  operation(
    "users > todos > owner and assignee",
    "query ($n: Int!) { users(first: $n) { edges { node { todos(first: 5) { edges { node { owner { name } assignee { handle } } } } } } } }",
    { users: 3, todos: 1 },
  ),
  operation(
    "users > todos, one page under two aliases",
    "query ($n: Int!) { users(first: $n) { edges { node { a: todos(first: 3) { edges { node { title } } } b: todos(first: 3) { edges { node { priority } } } } } } }",
    { users: 1, todos: 1 },
  ),
  operation(
    "users > todos, two pages under two aliases",
    "query ($n: Int!) { users(first: $n) { edges { node { open: todos(first: 3, filter: { status: [OPEN] }) { edges { node { title } } } late: todos(first: 3, orderBy: DUE_AT_ASC) { edges { node { dueAt } } } } } } }",
    { users: 1, todos: 2 },
  ),
  operation(
    "users > todos, fragments and directives",
    `query ($n: Int!) { users(first: $n) { edges { node { todos(first: 3) { edges { node { ...A ...B } } } } } } }
     fragment A on Todo { heading: title notes @include(if: false) }
     fragment B on Todo { title ... @skip(if: true) { tags } ... on Todo { version } }`,
    { users: 1, todos: 1 },
  ),
  operation(
    "users > todoStats",
    "query ($n: Int!) { users(first: $n) { edges { node { todoStats { open overdue } } } } }",
    { users: 1, todos: 1 },
  ),
  operation(
    "users > lists > todos",
    "query ($n: Int!) { users(first: $n) { edges { node { lists(first: 3) { edges { node { name todos(first: 3) { edges { node { title } } } } } } } } } }",
    { users: 1, todos: 2 },
  ),
  operation(
    "users > lists > todos > assignee > lists",
    `query ($n: Int!) { users(first: $n) { edges { node { name lists(first: 2) { edges { node { name todos(first: 3) { edges { node { title assignee { name
       lists(first: 2) { edges { node { name } } } } } } } } } } } } } }`,
    { users: 2, todos: 3 },
  ),
  operation(
    "users > lists > members > user > todos > list > stats",
    `query ($n: Int!) { users(first: $n) { edges { node { lists(first: 2) { edges { node { members(first: 3) { edges { node { role user { name
       todos(first: 2) { edges { node { title list { name stats { total } } } } } } } } } } } } } } } }`,
    { users: 2, todos: 5 },
  ),
  operation(
    "lists of the viewer",
    "query ($n: Int!) { lists(first: $n) { totalCount edges { node { id name visibility } } } }",
    { todos: 2 },
  ),
  operation(
    "lists > owner, members > user, stats, viewerRole",
    "query ($n: Int!) { lists(first: $n) { edges { node { name owner { name } viewerRole stats { total open done overdue } members(first: 5) { totalCount edges { node { role user { handle } } } } } } } }",
    { users: 2, todos: 4 },
  ),
  operation(
    "list, its todos and their count",
    "query ($list: ID!) { list(id: $list) { name todos(first: 10, orderBy: PRIORITY_DESC) { totalCount edges { cursor node { title } } } } }",
    { todos: 3 },
  ),
  operation(
    "todos of the viewer, filtered",
    'query ($n: Int!) { todos(first: $n, orderBy: DUE_AT_ASC, filter: { status: [OPEN, IN_PROGRESS], priority: [HIGH, URGENT], text: "e" }) { edges { node { title dueAt } } } }',
    { todos: 1 },
  ),
  operation(
    "todos > list > owner",
    "query ($n: Int!) { todos(first: $n) { edges { node { title list { name owner { name } } } } } }",
    { users: 1, todos: 2 },
  ),
  operation(
    "me > todos > list > members > user > lists",
    `{ me { name todos(first: 5) { edges { node { title list { name members(first: 3) { edges { node { user { name
       lists(first: 2) { totalCount edges { node { name } } } } } } } } } } } } }`,
    { users: 2, todos: 5 },
  ),
];
