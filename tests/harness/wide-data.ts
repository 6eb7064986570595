import pg from "pg";
import type { Graph } from "./graph.ts";

/** Rows of a graph that is wide at each level: more than 100 users, lists of one user, members, todos. */
interface WideData {
  readonly userCount: number;
  readonly listCount: number;
  readonly todoCount: number;
}

const wideData: WideData = { userCount: 120, listCount: 240, todoCount: 2_400 };

/** Id of the i-th user, list or todo, from 1; a valid UUIDv7 of the first millisecond of the epoch. */
export function wideId(kind: "user" | "list" | "todo", index: number): string {
  const variant = { user: "8001", list: "8002", todo: "8003" }[kind];
  return `00000000-0001-7000-${variant}-${index.toString(16).padStart(12, "0")}`;
}

/** Fills both databases; `viewer` becomes a reader of every list, a third of which is public. */
export async function fillWide(graph: Graph, viewer: string): Promise<void> {
  const { userCount, listCount, todoCount } = wideData;
  await run(graph.databases.users.url, [
    `INSERT INTO users (id, handle, name, email, role, password_hash, created_at, updated_at)
     SELECT ${sqlId("user", "i")}, 'user_' || i, 'Name ' || (i * 7919 % 1000), 'user_' || i || '@example.com', 'USER', '-',
            ${sqlTime("i")}, ${sqlTime("i")}
     FROM generate_series(1, ${userCount}) AS i`,
  ]);
  await run(graph.databases.todos.url, [
    `INSERT INTO lists (id, name, visibility, owner_id, created_at, updated_at)
     SELECT ${sqlId("list", "i")}, 'List ' || i, (CASE WHEN i % 3 = 0 THEN 'PUBLIC' ELSE 'PRIVATE' END)::"Visibility",
            ${sqlId("user", `1 + i % ${userCount}`)}, ${sqlTime("i")}, ${sqlTime("i")}
     FROM generate_series(1, ${listCount}) AS i`,
    `INSERT INTO list_members (list_id, user_id, role, added_at)
     SELECT ${sqlId("list", "i")}, ${sqlId("user", `1 + (i + m * 11) % ${userCount}`)},
            (CASE WHEN m = 0 THEN 'OWNER' WHEN m = 1 THEN 'EDITOR' ELSE 'READER' END)::"ListRole", ${sqlTime("i + m")}
     FROM generate_series(1, ${listCount}) AS i, generate_series(0, 4) AS m`,
    `INSERT INTO list_members (list_id, user_id, role, added_at)
     SELECT ${sqlId("list", "i")}, '${viewer}', 'READER', ${sqlTime("i + 10")} FROM generate_series(1, ${listCount}) AS i`,
    `INSERT INTO todos (id, list_id, title, notes, status, priority, due_at, tags, owner_id, assignee_id, created_at, updated_at, completed_at)
     SELECT ${sqlId("todo", "i")}, ${sqlId("list", `1 + i % ${listCount}`)}, 'Title ' || (i * 104729 % 1000), 'Notes ' || i,
            (CASE i % 4 WHEN 0 THEN 'DONE' WHEN 1 THEN 'IN_PROGRESS' ELSE 'OPEN' END)::"TodoStatus",
            (ARRAY['LOW', 'NORMAL', 'HIGH', 'URGENT'])[1 + i % 4]::"Priority",
            CASE WHEN i % 3 > 0 THEN ${sqlTime("i % 50")} END, ARRAY['tag' || i % 5],
            ${sqlId("user", `1 + i % ${userCount}`)}, ${sqlId("user", `1 + (i + 11) % ${userCount}`)},
            ${sqlTime("i / 3")}, ${sqlTime("i")}, CASE WHEN i % 4 = 0 THEN ${sqlTime("i")} END
     FROM generate_series(1, ${todoCount}) AS i`,
    `INSERT INTO todos (id, list_id, title, owner_id, assignee_id, created_at, updated_at)
     SELECT ${sqlId("todo", `100000 + i`)}, ${sqlId("list", "i")}, 'By the viewer ' || i, '${viewer}', '${viewer}', ${sqlTime("i")}, ${sqlTime("i")}
     FROM generate_series(1, 20) AS i`,
  ]);
}

function sqlId(kind: "user" | "list" | "todo", index: string): string {
  const prefix = wideId(kind, 0).slice(0, 24);
  return `('${prefix}' || lpad(to_hex(${index}), 12, '0'))::uuid`;
}

function sqlTime(minutes: string): string {
  return `'2026-01-01T00:00:00Z'::timestamptz + (${minutes}) * interval '1 minute'`;
}

async function run(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of [...statements, "ANALYZE"]) await client.query(statement);
  } finally {
    await client.end();
  }
}
