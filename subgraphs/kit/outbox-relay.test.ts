import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { v7 as newId } from "uuid";
import { createLog } from "../../runtime/log.ts";
import { createTestDatabase, type TestDatabase } from "../../tests/harness/databases.ts";
import { until } from "../../tests/harness/until.ts";
import { createDatabase, type Database } from "./database.ts";
import { insertEvent } from "./outbox-event.ts";
import {
  createOutboxRelay,
  type Deliver,
  DeliveryError,
  type OutboxRelay,
  type Rhythm,
} from "./outbox-relay.ts";
import { createOutboxStore, type OutboxStore, type TakenEvent } from "./outbox-store.ts";

const log = createLog("test", "silent");
let testDatabase: TestDatabase;
let database: Database;
let store: OutboxStore;
const relays: OutboxRelay[] = [];
let heard: TakenEvent[] = [];

beforeAll(async () => {
  testDatabase = await createTestDatabase("users");
  database = createDatabase({ url: testDatabase.url, poolSize: 10, statementTimeout: 5_000, log });
  store = createOutboxStore(database);
});

beforeEach(async () => {
  await database.pool.query("TRUNCATE outbox");
  heard = [];
});

afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
});

afterAll(async () => {
  await database.stop();
  await testDatabase.drop();
});

const hear: Deliver = async (event) => {
  heard.push(event);
};

async function relayTo(
  targets: Readonly<Record<string, Deliver>>,
  rhythm: Partial<Rhythm> = {},
): Promise<OutboxRelay> {
  const fast = { poll: 50, firstDelay: 20, longestDelay: 100, ...rhythm };
  const relay = createOutboxRelay({ store, targets, log, rhythm: fast });
  relays.push(relay);
  await relay.start();
  return relay;
}

async function write(key: string, number = 0, targets = ["todos"]): Promise<void> {
  const event = { id: newId(), topic: "thing.changed", key, payload: { number } };
  await database.query(insertEvent(event, targets));
}

const numbers = (events: readonly TakenEvent[]): unknown[] =>
  events.map(({ payload }) => payload["number"]);
const waiting = async (): Promise<number> =>
  (await store.backlog()).reduce((sum, { events }) => sum + events, 0);
const nothingWaits = () => until(async () => (await waiting()) === 0);

test("events of one key come in the order in which they were written, whatever fails on the way", async () => {
  for (let number = 0; number < 8; number++) await write(number % 2 === 0 ? "even" : "odd", number);
  let failures = 0;
  await relayTo({
    todos: async (event) => {
      if (failures++ % 3 === 0) throw new DeliveryError("HTTP_503");
      await hear(event, new AbortController().signal);
    },
  });
  await nothingWaits();
  expect(numbers(heard.filter(({ key }) => key === "even"))).toEqual([0, 2, 4, 6]);
  expect(numbers(heard.filter(({ key }) => key === "odd"))).toEqual([1, 3, 5, 7]);
});

test("several relays on one outbox deliver each event once", async () => {
  for (let number = 0; number < 100; number++) await write(`key ${number % 30}`, number);
  await Promise.all([1, 2, 3].map(() => relayTo({ todos: hear })));
  await nothingWaits();
  expect(new Set(heard.map(({ id }) => id)).size).toBe(100);
  expect(heard).toHaveLength(100);
  for (let key = 0; key < 30; key++) {
    const ofKey = numbers(heard.filter((event) => event.key === `key ${key}`)) as number[];
    expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b));
  }
});

test("a relay that is woken delivers at once", async () => {
  const relay = await relayTo({ todos: hear }, { poll: 60_000 });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await write("a");
  const started = performance.now();
  relay.wake();
  await until(async () => heard.length === 1);
  expect(performance.now() - started).toBeLessThan(2_000);
});

test("a relay that nobody wakes looks by itself", async () => {
  await relayTo({ todos: hear });
  await write("a");
  await nothingWaits();
  expect(heard).toHaveLength(1);
});

test("what a relay had under way when it died is taken up after its lease, not before", async () => {
  await write("a", 1);
  await write("a", 2);
  const lease = 400;
  const [taken] = await store.take(["todos"], 10, lease);
  expect(taken).toMatchObject({ payload: { number: 1 }, attempts: 1 });
  const started = performance.now();
  await relayTo({ todos: hear }, { lease });
  await nothingWaits();
  expect(performance.now() - started).toBeGreaterThan(lease / 2);
  expect(numbers(heard)).toEqual([1, 2]);
  // Were it not dead after all, what it says last changes nothing.
  if (taken !== undefined) await store.failed(taken, "HTTP_503", 0);
  expect(await waiting()).toBe(0);
});

test("attempts come at growing distances, up to the longest", async () => {
  await write("a");
  const times: number[] = [];
  await relayTo(
    {
      todos: async () => {
        times.push(performance.now());
        if (times.length < 6) throw new DeliveryError("TIMEOUT");
      },
    },
    { poll: 10, firstDelay: 40, longestDelay: 160 },
  );
  await nothingWaits();
  const distances = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  for (const [index, shortest] of [20, 40, 80, 80, 80].entries()) {
    expect(distances[index]).toBeGreaterThanOrEqual(shortest - 2);
  }
});

test("a target that is down or not configured holds up no other, and its events wait", async () => {
  await write("a", 1, ["todos", "caches", "nobody"]);
  await relayTo({
    todos: hear,
    caches: async () => {
      throw new DeliveryError("ECONNREFUSED");
    },
  });
  await until(async () => heard.length === 1);
  await until(async () => (await waiting()) === 2);
  const { rows } = await database.pool.query(
    "SELECT target, last_error, attempts > 0 AS tried FROM outbox WHERE delivered_at IS NULL ORDER BY target",
  );
  expect(rows).toEqual([
    { target: "caches", last_error: "ECONNREFUSED", tried: true },
    { target: "nobody", last_error: null, tried: false },
  ]);
  const backlog = await store.backlog();
  expect(backlog.map(({ target, events }) => [target, events]).sort()).toEqual([
    ["caches", 1],
    ["nobody", 1],
  ]);
  expect(backlog.every(({ seconds }) => seconds >= 0 && seconds < 60)).toBe(true);
});

test("a relay that stops gives back what it has under way", async () => {
  await write("a");
  const relay = await relayTo({
    todos: (_event, stopping) =>
      new Promise((_resolve, reject) => {
        stopping.addEventListener("abort", () => reject(new DeliveryError("STOPPED")));
      }),
  });
  await until(async () => {
    const { rows } = await database.pool.query("SELECT attempts FROM outbox");
    return rows[0]?.attempts === 1;
  });
  await relay.stop();
  await relayTo({ todos: hear });
  await nothingWaits();
  expect(heard).toMatchObject([{ attempts: 2 }]);
});

test("an outbox that cannot be read is tried again", async () => {
  await database.pool.query("ALTER TABLE outbox RENAME TO elsewhere");
  const relay = await relayTo({ todos: hear });
  await new Promise((resolve) => setTimeout(resolve, 120));
  await database.pool.query("ALTER TABLE elsewhere RENAME TO outbox");
  await write("a");
  relay.wake();
  await until(async () => heard.length === 1);
});

test("what was delivered long ago is forgotten, what waits never", async () => {
  for (const key of ["old", "new", "waiting"]) await write(key);
  await database.pool.query(
    "UPDATE outbox SET delivered_at = now() - CASE key WHEN 'old' THEN interval '1 day' ELSE interval '1 hour' END WHERE key <> 'waiting'",
  );
  await database.pool.query("UPDATE outbox SET created_at = now() - interval '1 year'");
  await store.sweep(2 * 60 * 60 * 1000);
  const { rows } = await database.pool.query("SELECT key FROM outbox ORDER BY sequence");
  expect(rows).toEqual([{ key: "new" }, { key: "waiting" }]);
});

test("an event that is rolled back with its data is never delivered", async () => {
  const client = await database.pool.connect();
  await client.query("BEGIN");
  const event = { id: newId(), topic: "thing.changed", key: "a", payload: {} };
  await client.query(insertEvent(event, ["todos"]));
  const relay = await relayTo({ todos: hear });
  relay.wake();
  await new Promise((resolve) => setTimeout(resolve, 100));
  await client.query("ROLLBACK");
  client.release();
  await write("b", 1);
  relay.wake();
  await nothingWaits();
  expect(numbers(heard)).toEqual([1]);
});
