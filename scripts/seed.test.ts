import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { verify } from "@node-rs/argon2";
import pg from "pg";
import { seedId, seedIndex } from "../prisma/seed-ids.ts";
import { projectRoot } from "../runtime/project-root.ts";
import { createTestDatabase, type TestDatabase } from "../tests/harness/databases.ts";

const run = promisify(execFile);
let users: TestDatabase;
let todos: TestDatabase;

beforeAll(async () => {
  [users, todos] = await Promise.all([
    createTestDatabase("users_demo"),
    createTestDatabase("todos_demo"),
  ]);
});

afterAll(async () => {
  await Promise.all([users.drop(), todos.drop()]);
});

async function query(database: TestDatabase, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query({ text, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

async function seed(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return run(process.execPath, [join(projectRoot(), "dist/scripts/seed.js"), ...args], {
    env: { USERS_DATABASE_URL: users.url, TODOS_DATABASE_URL: todos.url, ...env },
  });
}

test("a made-up id is a UUIDv7 that only depends on its number", () => {
  const form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const ids = Array.from({ length: 10_000 }, (_, index) => seedId("user", index));
  for (const [index, id] of ids.entries()) {
    expect(id).toMatch(form);
    expect(seedIndex(id)).toBe(index);
  }
  expect(ids).toEqual([...new Set(ids)].sort());
  expect(seedId("list", 0)).not.toBe(seedId("user", 0));
  expect(seedId("user", 0)).toBe("016f5e66-e800-7f01-9b65-8ad5b558862b");
});

test("the demo data is what the graph's page promises", async () => {
  const accounts = "SELECT handle, name, email, role::text FROM users ORDER BY id LIMIT 2";
  expect(await query(users, accounts)).toEqual([
    ...["ada", "Ada Lovelace", "ada@example.com", "ADMIN"],
    ...["grace", "Grace Hopper", "grace@example.com", "USER"],
  ]);
  const counts =
    "SELECT count(*)::int, count(*) FILTER (WHERE role = 'ADMIN')::int, count(DISTINCT password_hash)::int FROM users";
  expect(await query(users, counts)).toEqual([50, 1, 1]);
  const [hash] = await query(users, "SELECT password_hash FROM users LIMIT 1");
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await verify(String(hash), "correct-horse-battery")).toBe(true);
  expect(
    await query(
      todos,
      "SELECT count(*)::int, count(*) FILTER (WHERE visibility = 'PUBLIC')::int FROM lists",
    ),
  ).toEqual([120, 40]);
  expect(await query(todos, "SELECT count(*)::int FROM todos")).toEqual([1500]);
  const [ada, grace] = [seedId("user", 0), seedId("user", 1)];
  const shared = `SELECT count(*)::int FROM list_members a JOIN list_members g USING (list_id) WHERE a.user_id = '${ada}' AND g.user_id = '${grace}'`;
  expect(Number((await query(todos, shared))[0])).toBeGreaterThan(1);
});

test("lists and todos are consistent and believable", async () => {
  const memberOf = (column: string, roles: string): string =>
    `EXISTS (SELECT FROM list_members m WHERE m.list_id = t.list_id AND m.user_id = t.${column} AND m.role IN (${roles}))`;
  const wrong = `
    SELECT count(*) FILTER (WHERE NOT ${memberOf("owner_id", "'OWNER', 'EDITOR'")})::int,
           count(*) FILTER (WHERE assignee_id IS NOT NULL AND NOT ${memberOf("assignee_id", "'OWNER', 'EDITOR', 'READER'")})::int,
           count(*) FILTER (WHERE updated_at < created_at OR updated_at > now() OR completed_at < created_at)::int
    FROM todos t`;
  expect(await query(todos, wrong)).toEqual([0, 0, 0]);
  const owners =
    "SELECT count(*)::int FROM lists l LEFT JOIN list_members m ON m.list_id = l.id AND m.user_id = l.owner_id WHERE m.role IS DISTINCT FROM 'OWNER'";
  expect(await query(todos, owners)).toEqual([0]);
  const known = await query(users, "SELECT id::text FROM users");
  const used = await query(todos, "SELECT DISTINCT user_id::text FROM list_members");
  expect(used.filter((id) => !known.includes(id))).toEqual([]);
  const shares = `
    SELECT count(*) FILTER (WHERE status <> 'DONE' AND due_at < now())::int, count(*) FILTER (WHERE status = 'DONE')::int,
           count(*) FILTER (WHERE assignee_id IS NULL)::int, count(*) FILTER (WHERE due_at IS NULL)::int FROM todos`;
  for (const share of await query(todos, shares)) {
    expect(Number(share)).toBeGreaterThan(75);
    expect(Number(share)).toBeLessThan(1200);
  }
  const longest =
    "SELECT max(n)::int, min(n)::int FROM (SELECT count(*) AS n FROM todos GROUP BY list_id) AS sizes";
  const [most, least] = await query(todos, longest);
  expect(Number(most)).toBeGreaterThan(40);
  expect(Number(least)).toBeLessThan(12);
});

test("the demo data is left alone where anything is, and more is added beside it", async () => {
  await seed(["--demo"]);
  expect(await query(users, "SELECT count(*)::int FROM users")).toEqual([50]);
  const first = await seed(["--users", "300", "--todos", "2000"]);
  expect(first.stdout).toMatch(
    /300 users, 160 lists with \d+ members, 2000 todos\n\d+ rows in \S+ s, \d+ rows\/s/,
  );
  // Enough that the indexes are made anew.
  await seed(["--todos", "60000"]);
  expect(
    await query(users, "SELECT count(*)::int, count(DISTINCT handle)::int FROM users"),
  ).toEqual([350, 350]);
  expect(await query(todos, "SELECT count(*)::int FROM todos")).toEqual([63_500]);
  const indexes =
    "SELECT count(*)::int FROM pg_indexes WHERE tablename = 'todos' AND indexdef LIKE '%gin_trgm_ops%'";
  expect(await query(todos, indexes)).toEqual([1]);
}, 60_000);

test("production is only filled on a yes, and what cannot be meant is answered with the usage", async () => {
  await expect(seed(["--users", "3"], { NODE_ENV: "production" })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("add --yes"),
  });
  await seed(["--users", "3", "--yes"], { NODE_ENV: "production" });
  expect(
    await query(users, "SELECT count(*)::int FROM users WHERE handle <> lower(handle)"),
  ).toEqual([0]);
  for (const args of [[], ["--users", "many"], ["--todos", "-1"], ["--lists", "3"]]) {
    await expect(seed(args)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Usage: npm run seed"),
    });
  }
});
