import { expect, test } from "@jest/globals";
import { createLog } from "../../runtime/log.ts";
import { createTestDatabase } from "../../tests/harness/databases.ts";
import { createDatabase, type Database } from "./database.ts";

const poolSize = 3;

function databaseAt(url: string): Database {
  return createDatabase({
    url,
    poolSize,
    statementTimeout: 5_000,
    log: createLog("test", "silent"),
  });
}

test("what has started waits for no connection to be opened", async () => {
  const { drop, url } = await createTestDatabase("users");
  const database = databaseAt(url);
  await database.start();
  const { idleCount, totalCount } = database.pool;
  await database.stop();
  await drop();
  expect({ idleCount, totalCount }).toEqual({ idleCount: poolSize, totalCount: poolSize });
});

test("a database that cannot be reached keeps nobody from starting", async () => {
  const database = databaseAt("postgres://nobody:secret@127.0.0.1:1/nothing");
  await database.start();
  expect(database.pool.totalCount).toBe(0);
  await database.stop();
});
