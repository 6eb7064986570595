import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pg from "pg";
import sql from "sql-template-tag";
import { createLog } from "../../../runtime/log.ts";
import { createTestDatabase, type TestDatabase } from "../../../tests/harness/databases.ts";
import { until } from "../../../tests/harness/until.ts";
import { createDatabase, type Database } from "../database.ts";
import { classifyDatabaseError } from "../database-errors.ts";
import { type Call, openCall } from "./calls.ts";

let testDatabase: TestDatabase;
let observer: pg.Client;
/** With one connection, so that what is done to it is done to the next who gets it. */
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase("users");
  observer = new pg.Client({ connectionString: testDatabase.url });
  await observer.connect();
  await observer.query("CREATE TABLE notes (id int PRIMARY KEY)");
  const log = createLog("test", "silent");
  database = createDatabase({ url: testDatabase.url, poolSize: 1, statementTimeout: 20_000, log });
});

afterAll(async () => {
  await database.stop();
  await observer.end();
  await testDatabase.drop();
});

/** Statements that the database is at work on, but the one that looks. */
async function atWork(): Promise<readonly string[]> {
  const { rows } = await observer.query<{ query: string }>(
    "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()",
  );
  return rows.map(({ query }) => query);
}

function sleep(seconds: number): Promise<unknown> {
  return database.query(sql`SELECT pg_sleep(${seconds}::float8)`);
}

async function answerOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => "done",
    (error: unknown) => classifyDatabaseError(error) ?? error,
  );
}

async function begun(): Promise<void> {
  await until(async () => (await atWork()).length > 0);
}

/** In a transaction of the pool's one connection, as a store writes. */
async function inTransaction(work: (client: pg.PoolClient) => Promise<unknown>): Promise<void> {
  const client = await database.pool.connect();
  try {
    await client.query("BEGIN");
    await work(client);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}

async function notes(): Promise<readonly number[]> {
  const { rows } = await observer.query<{ id: number }>("SELECT id FROM notes ORDER BY id");
  return rows.map(({ id }) => id);
}

test("R56 the statement of a request that was left is ended in the database, and its connection serves the next", async () => {
  const call = openCall(undefined);
  const answer = answerOf(database.calls.during(call, () => sleep(15)));
  await begun();
  const left = performance.now();
  call.left = true;
  expect(await answer).toBe("DATABASE_TIMEOUT");
  expect(await atWork()).toEqual([]);
  expect(performance.now() - left).toBeLessThan(2_000);
  for (let again = 0; again < 50; again++) {
    expect(await answerOf(database.calls.during(openCall("5000"), () => sleep(0)))).toBe("done");
  }
});

test("a statement gets the time that is left, and none is begun after it", async () => {
  const call = openCall("300");
  const began = performance.now();
  const answer = answerOf(database.calls.during(call, () => sleep(15)));
  expect(await answer).toBe("DATABASE_TIMEOUT");
  expect(performance.now() - began).toBeGreaterThan(250);
  expect(performance.now() - began).toBeLessThan(3_000);
  expect(await atWork()).toEqual([]);
  const insert = () => database.query(sql`INSERT INTO notes VALUES (0)`);
  expect(await answerOf(database.calls.during(call, insert))).toBe("DATABASE_TIMEOUT");
  expect(await notes()).toEqual([]);
});

test("R56 a transaction that was left is rolled back, and one whose COMMIT is sent is let run with what follows", async () => {
  const call = openCall(undefined);
  const half = database.calls.during(call, () =>
    inTransaction(async (client) => {
      await client.query("INSERT INTO notes VALUES (1)");
      await client.query("SELECT pg_sleep(15)");
    }),
  );
  const answer = answerOf(half);
  await begun();
  await until(async () => (await atWork()).includes("SELECT pg_sleep(15)"));
  call.left = true;
  expect(await answer).toBe("DATABASE_TIMEOUT");
  expect(await notes()).toEqual([]);

  const done: Call = openCall(undefined);
  await database.calls.during(done, async () => {
    await inTransaction(async (client) => {
      await client.query("INSERT INTO notes VALUES (2)");
    });
    done.left = true;
    await database.query(sql`INSERT INTO notes VALUES (3)`);
    const another = inTransaction((client) => client.query("INSERT INTO notes VALUES (4)"));
    expect(await answerOf(another)).toBe("DATABASE_TIMEOUT");
  });
  expect(await notes()).toEqual([2, 3]);
});

test("who waits for a connection is not taken for who gives it back", async () => {
  const leaving = openCall(undefined);
  const staying = openCall(undefined);
  const first = answerOf(database.calls.during(leaving, () => sleep(0.3)));
  const second = answerOf(database.calls.during(staying, () => sleep(0.3)));
  const third = answerOf(sleep(0.1));
  expect(await first).toBe("done");
  leaving.left = true;
  expect([await second, await third]).toEqual(["done", "done"]);
});

test("work that others may wait for goes on, and what goes on behind an answer", async () => {
  const { apart, during } = database.calls;
  const left = openCall(undefined);
  const shared = answerOf(during(left, () => apart(() => sleep(0.3))));
  await begun();
  left.left = true;
  expect(await shared).toBe("done");
  const answered = openCall("1");
  answered.answered = true;
  expect(await answerOf(during(answered, () => sleep(0.1)))).toBe("done");
});

test("nothing is left of statements that have ended", async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  await database.calls.during(openCall("5000"), () => sleep(0));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const before = timers();
  for (let again = 0; again < 20; again++) {
    await database.calls.during(openCall("5000"), () => sleep(0));
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(timers()).toBeLessThanOrEqual(before);
});
