import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, test } from "@jest/globals";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import pg from "pg";
import { loadSchemaEngine } from "../prisma/apply-migrations.ts";
import { projectRoot } from "../runtime/project-root.ts";
import { adminUrl, asAdmin } from "../tests/harness/databases.ts";
import { createDatabaseWithRole } from "./postgres/create-database.ts";

const run = promisify(execFile);
const script = join(projectRoot(), "dist/scripts/migrate.js");
const databases: string[] = [];
// There is room for one in a process.
const engine = loadSchemaEngine();

afterAll(async () => {
  for (const name of databases) {
    await asAdmin(`DROP DATABASE ${name} WITH (FORCE)`);
    await asAdmin(`DROP ROLE ${name}`);
  }
});

/** An empty database that its own role, no superuser, migrates. */
async function emptyDatabase(): Promise<string> {
  const name = `migrate_${randomUUID().slice(0, 8)}`;
  databases.push(name);
  return createDatabaseWithRole(adminUrl(), name);
}

async function query(url: string, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text, rowMode: "array" })).rows;
  } finally {
    await client.end();
  }
}

test("three processes that start together migrate once, and a later one finds nothing to do", async () => {
  const env = {
    USERS_DATABASE_URL: await emptyDatabase(),
    TODOS_DATABASE_URL: await emptyDatabase(),
  };
  const outputs = await Promise.all([1, 2, 3].map(() => run(process.execPath, [script], { env })));
  const lines = outputs.flatMap(({ stdout }) => stdout.trim().split("\n"));
  for (const name of ["users", "todos"]) {
    const ofOne = lines.filter((line) => line.startsWith(`migrated ${name}: `));
    expect(ofOne).toHaveLength(3);
    expect(ofOne.filter((line) => line.endsWith("up to date already"))).toHaveLength(2);
  }
});

test("a run that was killed in the middle leaves nothing half done, and the next one completes it", async () => {
  const url = await emptyDatabase();
  const folder = await mkdtemp(join(tmpdir(), "supergraph-migrate-"));
  const wait = "SELECT pg_sleep(CASE WHEN pg_try_advisory_xact_lock(7) THEN 0 ELSE 60 END);";
  await migration(folder, "1_first", "CREATE TABLE first (id int);");
  await migration(folder, "2_second", `CREATE TABLE second (text text DEFAULT ';'); ${wait}`);
  const blocker = new pg.Client({ connectionString: url });
  await blocker.connect();
  try {
    await blocker.query("SELECT pg_advisory_lock(7)");
    const child = startToApply(url, folder);
    const sleeping =
      "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
    while ((await blocker.query(sleeping)).rowCount === 0) await sleep(20);
    child.kill("SIGKILL");
    await once(child, "exit");
    const end =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
    await blocker.query(end);
    expect(
      await query(url, "SELECT to_regclass('first')::text, to_regclass('second')::text"),
    ).toEqual([["first", null]]);
  } finally {
    await blocker.end();
  }
  expect(await apply(url, folder)).toEqual(["2_second"]);
  expect(await apply(url, folder)).toEqual([]);
  expect(await query(url, "SELECT count(*)::int FROM second")).toEqual([[0]]);
  await rm(folder, { recursive: true });
}, 20_000);

test("a database that cannot be reached is one sentence with the variable's name, and exit code 1", async () => {
  const env = { TODOS_DATABASE_URL: "postgresql://someone@127.0.0.1:1/todos" };
  await expect(run(process.execPath, [script], { env })).rejects.toMatchObject({
    code: 1,
    stderr:
      "TODOS_DATABASE_URL: the database todos at 127.0.0.1:1 cannot be opened (connect ECONNREFUSED 127.0.0.1:1).\n",
  });
  await expect(run(process.execPath, [script], { env: {} })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Nothing to migrate"),
  });
});

test.each(["users", "todos"])(
  "the migrations of %s make what its schema.prisma says",
  async (name) => {
    const migrated = await emptyDatabase();
    const folder = join(projectRoot(), "prisma", name);
    await apply(migrated, folder);
    const said = await emptyDatabase();
    await query(said, await sqlOfSchema(join(folder, "schema.prisma"), said));

    const columns = `
    SELECT table_name::text, column_name::text, udt_name::text, datetime_precision, is_nullable = 'YES' AND data_type <> 'ARRAY'
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_prisma_migrations' ORDER BY 1, 2`;
    const keys = `
    SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype IN ('p', 'f') AND conrelid::regclass::text <> '_prisma_migrations' ORDER BY 1, 2`;
    const enums =
      "SELECT enumtypid::regtype::text, enumlabel::text FROM pg_enum ORDER BY 1, enumsortorder";
    const unique =
      "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indisunique AND NOT indisprimary AND indrelid > 16384 ORDER BY 1";
    for (const text of [columns, keys, enums, unique]) {
      expect(await query(migrated, text)).toEqual(await query(said, text));
    }
  },
);

async function sqlOfSchema(path: string, url: string): Promise<string> {
  const content = await readFile(path, "utf8");
  const pool = new pg.Pool({ connectionString: url });
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg(pool));
  const SchemaEngine = await engine;
  try {
    const one = await SchemaEngine.new({ datamodels: [[path, content]] }, () => undefined, adapter);
    const { stdout } = await one.diff({
      from: { tag: "empty" },
      to: { tag: "schemaDatamodel", files: [{ path, content }] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    return stdout ?? "";
  } finally {
    await pool.end();
  }
}

async function migration(folder: string, name: string, text: string): Promise<void> {
  const path = join(folder, "migrations", name);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, "migration.sql"), text);
  await writeFile(join(folder, "migrations", "migration_lock.toml"), 'provider = "postgresql"\n');
}

async function apply(url: string, folder: string): Promise<readonly string[]> {
  const child = startToApply(url, folder);
  const [[applied]] = await Promise.all([once(child, "message"), once(child, "exit")]);
  return applied;
}

/** In a process that ends, or is ended. */
function startToApply(url: string, folder: string): ChildProcess {
  const library = pathToFileURL(join(projectRoot(), "dist/prisma/apply-migrations.js")).href;
  const text = `
    const { applyMigrations, loadSchemaEngine } = await import(${JSON.stringify(library)});
    const applied = await applyMigrations(await loadSchemaEngine(), ...${JSON.stringify([url, folder])});
    process.send(applied, () => process.exit());`;
  return spawn(process.execPath, ["--input-type=module", "-e", text], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}
