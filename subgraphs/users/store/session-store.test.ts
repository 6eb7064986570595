import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createLog } from "../../../runtime/log.ts";
import { until } from "../../../tests/harness/until.ts";
import { startUsers, type Users } from "../../../tests/harness/users-subgraph.ts";
import { createDatabase, type Database } from "../../kit/database.ts";
import { createPrismaClient } from "./prisma-client.ts";
import { createSessionStore, type SessionStore } from "./session-store.ts";

const day = 24 * 60 * 60 * 1000;
let users: Users;
let database: Database;
let store: SessionStore;

beforeAll(async () => {
  users = await startUsers("users", 60);
  database = createDatabase({
    url: users.database.url,
    poolSize: 4,
    statementTimeout: 5_000,
    log: createLog("test", "silent"),
  });
  store = createSessionStore(database, createPrismaClient(database));
});

afterAll(async () => {
  await database.stop();
  await users.stop();
});

async function rows(table: "sessions" | "refresh_tokens"): Promise<number> {
  const { rows } = await database.pool.query(`SELECT count(*)::int AS n FROM ${table}`);
  return rows[0].n;
}

/** Sessions that expire a second after each other, the first of them at the clock's time. */
async function addSessions(userId: string, count: number, at: number): Promise<void> {
  await database.pool.query(
    `WITH added AS (
       INSERT INTO sessions (id, user_id, generation, created_at, rotated_at, expires_at)
       SELECT gen_random_uuid(), $1, 1, $2, $2, $2::timestamptz + i * interval '1 s' FROM generate_series(0, $3 - 1) i RETURNING id)
     INSERT INTO refresh_tokens (hash, session_id, generation)
     SELECT sha256(convert_to(id::text || g, 'UTF8')), id, g FROM added, generate_series(0, 1) g`,
    [userId, new Date(at), count],
  );
}

test("sweeps at once delete each expired session once, with its tokens, and leave those that go on", async () => {
  const person = await users.signUp("swept");
  await database.pool.query("DELETE FROM sessions");
  // In the subgraph's own eyes all of them go on.
  const at = users.clock.now() + day;
  await addSessions(person.id, 30, at);
  // The first is being written by somebody, and nobody waits for it.
  const writer = await database.pool.connect();
  await writer.query("BEGIN");
  await writer.query("SELECT FROM sessions ORDER BY expires_at LIMIT 1 FOR UPDATE");
  const cut = new Date(at + 20_500);
  const swept = await Promise.all([1, 2, 3].map(() => store.sweep(cut, 5)));
  expect(swept).toEqual([5, 5, 5]);
  expect(await store.sweep(cut, 100)).toBe(5);
  expect(await store.sweep(cut, 100)).toBe(0);
  await writer.query("COMMIT");
  writer.release();
  expect(await store.sweep(cut, 100)).toBe(1);
  expect(await rows("sessions")).toBe(9);
  expect(await rows("refresh_tokens")).toBe(18);
  expect(await store.sweep(new Date(at + day), 100)).toBe(9);
});

test("the subgraph forgets sessions an hour after their end, and no other", async () => {
  const left = await users.signUp("left");
  const stays = await users.signUp("stays");
  users.clock.pass(30 * day - 1_000);
  const refreshing =
    "mutation ($token: String!) { refreshSession(refreshToken: $token) { refreshToken } }";
  const { refreshSession } = await users.data(refreshing, { token: stays.refreshToken });
  users.clock.pass(60 * 60 * 1000);
  await sleep(250);
  const owner = async (id: string): Promise<number> => {
    const { rows } = await database.pool.query("SELECT FROM sessions WHERE user_id = $1", [id]);
    return rows.length;
  };
  expect(await owner(left.id)).toBe(1);
  users.clock.pass(2_000);
  await until(async () => (await owner(left.id)) === 0);
  expect(await owner(stays.id)).toBe(1);
  expect(await users.codes(refreshing, { token: left.refreshToken })).toEqual([
    "SESSION_ENDED refreshSession",
  ]);
  await users.data(refreshing, { token: refreshSession.refreshToken });
});

test("a sweep goes by the index, however many sessions go on", async () => {
  const person = await users.signUp("many");
  await addSessions(person.id, 5_000, users.clock.now() + day);
  await database.pool.query("VACUUM ANALYZE sessions, refresh_tokens");
  const statements = await users.statements.during(() => sleep(300));
  const sweep = statements.find(({ text }) => text.includes("SKIP LOCKED"));
  const { rows } = await database.pool.query(`EXPLAIN ${sweep?.text}`, [...(sweep?.values ?? [])]);
  const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
  expect(plan).toContain("sessions_expires_at_idx");
  expect(plan).not.toContain("Seq Scan");
});
