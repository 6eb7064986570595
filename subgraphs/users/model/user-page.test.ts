import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pg from "pg";
import { startUsers, type Users } from "../../../tests/harness/users-subgraph.ts";

let users: Users;

/** Six names, two of them the same; each account is a second younger than the one before. */
const people = [
  ["p_one", "Zoë"],
  ["p_two", "Anna 100%"],
  ["p_three", "Anna"],
  ["p_four", "Anna"],
  ["pxfive", "back\\slash"],
  ["p_six", "דנה 🙂"],
] as const;

beforeAll(async () => {
  users = await startUsers();
  for (const [handle, name] of people) {
    await users.signUp(handle, name);
    users.clock.pass(1_000);
  }
});

afterAll(() => users.stop());

interface Connection {
  readonly edges: readonly {
    readonly cursor: string;
    readonly node: { readonly handle: string };
  }[];
  readonly pageInfo: Readonly<Record<string, unknown>>;
  readonly totalCount: number;
}

async function page(args: string, variables: unknown = {}): Promise<Connection> {
  const fields =
    "totalCount edges { cursor node { handle } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
  const document = `query ($after: String, $before: String, $search: String) { users(after: $after, before: $before, search: $search${args}) { ${fields} } }`;
  return (await users.data(document, variables)).users;
}

const handles = ({ edges }: Connection): readonly string[] => edges.map(({ node }) => node.handle);

const orders = {
  CREATED_AT_ASC: ["p_one", "p_two", "p_three", "p_four", "pxfive", "p_six"],
  CREATED_AT_DESC: ["p_six", "pxfive", "p_four", "p_three", "p_two", "p_one"],
  HANDLE_ASC: ["p_four", "p_one", "p_six", "p_three", "p_two", "pxfive"],
} as const;

test.each(Object.entries(orders))(
  "%s walks all users forward, page by page",
  async (order, all) => {
    const seen: string[] = [];
    let after: string | undefined;
    for (let more = true; more; ) {
      const connection = await page(`, first: 2, orderBy: ${order}`, { after });
      expect(connection.pageInfo["hasPreviousPage"]).toBe(after !== undefined);
      expect(connection.totalCount).toBe(6);
      seen.push(...handles(connection));
      after = connection.edges.at(-1)?.cursor;
      expect(connection.pageInfo["endCursor"]).toBe(after);
      more = connection.pageInfo["hasNextPage"] === true;
    }
    expect(seen).toEqual(all);
  },
);

test.each(["NAME_ASC", "NAME_DESC", "CREATED_AT_DESC"])(
  "%s walks all users backward through equal names, in the same order as forward",
  async (order) => {
    const forward = handles(await page(`, first: 100, orderBy: ${order}`));
    const seen: string[] = [];
    let before: string | undefined;
    for (let more = true; more; ) {
      const connection = await page(`, last: 1, orderBy: ${order}`, { before });
      expect(connection.pageInfo["hasNextPage"]).toBe(before !== undefined);
      seen.unshift(...handles(connection));
      before = connection.edges[0]?.cursor;
      expect(connection.pageInfo["startCursor"]).toBe(before);
      more = connection.pageInfo["hasPreviousPage"] === true;
    }
    expect(seen).toEqual(forward);
  },
);

test("a page between two cursors", async () => {
  const all = await page(", first: 100, orderBy: HANDLE_ASC");
  const after = all.edges[0]?.cursor;
  const before = all.edges[4]?.cursor;
  const between = await page(", first: 100, orderBy: HANDLE_ASC", { after, before });
  expect(handles(between)).toEqual(orders.HANDLE_ASC.slice(1, 4));
});

test("an empty page has no cursors", async () => {
  expect(await page("", { search: "nobody has this" })).toEqual({
    totalCount: 0,
    edges: [],
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  });
});

test.each([
  ["anna", ["p_four", "p_three", "p_two"]],
  ["P_T", ["p_three", "p_two"]],
  ["%", ["p_two"]],
  ["_", ["p_six", "p_four", "p_three", "p_two", "p_one"]],
  ["\\", ["pxfive"]],
  ["ZOE\u0308", ["p_one"]],
  ["דנה", ["p_six"]],
  ["🙂", ["p_six"]],
  ["' OR true --", []],
  ["", orders.CREATED_AT_DESC],
])("S31 a search for %p is for these letters, in any case", async (search, found) => {
  const connection = await page("", { search });
  expect([...handles(connection)].sort()).toEqual([...found].sort());
  expect(connection.totalCount).toBe(found.length);
});

test.each([
  ["first: 0", "BAD_USER_INPUT"],
  ["first: -1", "BAD_USER_INPUT"],
  ["first: 101", "BAD_USER_INPUT"],
  ["last: 0", "BAD_USER_INPUT"],
  ["last: 101", "BAD_USER_INPUT"],
  ["first: 1, last: 1", "BAD_USER_INPUT"],
  [`search: "${"x".repeat(101)}"`, "BAD_USER_INPUT"],
  ['search: "a\\u0000b"', "BAD_USER_INPUT"],
  ['after: ""', "INVALID_CURSOR"],
  ['after: "no cursor"', "INVALID_CURSOR"],
  [`before: "${"x".repeat(5_000)}"`, "INVALID_CURSOR"],
])("users(%s) is refused", async (args, code) => {
  expect(await users.codes(`{ users(${args}) { edges { node { id } } } }`)).toEqual([
    `${code} users`,
  ]);
});

test("a size that is no whole number does not fit the schema", async () => {
  const document = "query ($first: Int) { users(first: $first) { totalCount } }";
  for (const first of [1.5, "1", 2 ** 40]) {
    expect(await users.codes(document, { first })).toEqual(["BAD_USER_INPUT"]);
  }
});

const id = "0190d5a0-0000-7000-8000-000000000000";
const cursor = (...parts: unknown[]): string =>
  Buffer.from(JSON.stringify(parts)).toString("base64url");

test.each([
  ["of another order", cursor("Query.users/NAME_ASC", "Anna", id)],
  ["of another connection", cursor("Query.todos/CREATED_AT_DESC", "2026-03-01T12:00:00Z", id)],
  [
    "with SQL in its key",
    cursor("Query.users/CREATED_AT_DESC", "2026-03-01'; DROP TABLE users", id),
  ],
  ["with a day that is none", cursor("Query.users/CREATED_AT_DESC", "2026-02-30T12:00:00Z", id)],
  ["with SQL in its id", cursor("Query.users/CREATED_AT_DESC", "2026-03-01T12:00:00Z", "' OR 1=1")],
])("S31 a cursor %s is refused", async (_what, after) => {
  expect(
    await users.codes("query ($after: String) { users(after: $after) { edges { cursor } } }", {
      after,
    }),
  ).toEqual(["INVALID_CURSOR users"]);
});

test.each([
  ["{ users { totalCount again: totalCount } }", ["count"]],
  ["{ users { edges { node { handle } } } }", ["handle"]],
  ["{ users(orderBy: NAME_ASC) { edges { cursor } } }", ["id,name"]],
  ["{ users(orderBy: NAME_ASC) { pageInfo { hasNextPage } } }", [""]],
  ["{ users { pageInfo { endCursor } edges { node { handle } } } }", ["createdAt,handle,id"]],
  [
    "{ users { edges { node { handle } } totalCount pageInfo { hasNextPage } } }",
    ["handle", "count"],
  ],
  ["{ users { __typename edges @skip(if: true) { cursor } } }", []],
])("C50 %s reads these columns", async (document, columns) => {
  const statements = await users.statements.during(() => users.data(document));
  const read = statements.map(({ text }) =>
    text.includes("count(*)")
      ? "count"
      : [...text.matchAll(/AS "(\w+)"/g)].map(([, name]) => name).join(","),
  );
  expect(read).toEqual(columns);
});

test("a search uses its index, and each order too", async () => {
  const pool = new pg.Pool({ connectionString: users.database.url, max: 1 });
  try {
    await pool.query(
      `INSERT INTO users (id, handle, name, email, password_hash, created_at, updated_at)
       SELECT gen_random_uuid(), 'many_' || i, md5(i::text), i || '@example.com', '', now(), now() FROM generate_series(1, 20000) i`,
    );
    await pool.query("VACUUM ANALYZE users");
    const statements = await users.statements.during(async () => {
      await users.data('{ users(search: "abcdef") { edges { node { id } } totalCount } }');
      for (const order of ["CREATED_AT_ASC", "NAME_DESC", "HANDLE_ASC"]) {
        await users.data(`{ users(orderBy: ${order}) { edges { node { id } } } }`);
      }
    });
    expect(statements).toHaveLength(5);
    for (const { text, values } of statements) {
      const { rows } = await pool.query(`EXPLAIN ${text}`, [...values]);
      const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
      expect(plan).toMatch(/Index/);
      expect(plan).not.toMatch(/Seq Scan/);
    }
  } finally {
    await pool.end();
  }
});
