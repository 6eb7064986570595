import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import * as engineModule from "@prisma/schema-engine-wasm/schema_engine_bg";
import pg from "pg";

/** Only the DOM's types know it, and those are not for a server. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: object,
  ): Promise<{ readonly instance: { readonly exports: Readonly<Record<string, unknown>> } }>;
};

/** The key under which every tool of Prisma locks a database while it migrates. */
const prismaLock = 72_707_369;

/** Names of our SQL files whose rows in Prisma's table say that they began and never ended. */
const unfinished = `
  SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL`;

/** Runs in the transaction of the SQL file itself: a row without an end proves that nothing of the file is there. */
const finish = `
  UPDATE _prisma_migrations SET finished_at = now()
  WHERE finished_at IS NULL AND rolled_back_at IS NULL`;

export type SchemaEngineClass = typeof engineModule.SchemaEngine;

/** Prisma's schema engine. Load it once in a process: its module has room for one instance. */
export async function loadSchemaEngine(): Promise<SchemaEngineClass> {
  const path = createRequire(import.meta.url).resolve(
    "@prisma/schema-engine-wasm/schema_engine_bg",
  );
  const { instance } = await WebAssembly.instantiate(
    await readFile(path.replace(/\.js$/, ".wasm")),
    { "./schema_engine_bg.js": engineModule },
  );
  engineModule.__wbg_set_wasm(instance.exports);
  // The engine hands its last words to this object before it panics.
  const set_message = (message: string): never => {
    throw new Error(`the schema engine failed: ${message}`);
  };
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message } });
  (instance.exports["__wbindgen_start"] as () => void)();
  return engineModule.SchemaEngine;
}

/**
 * Applies the migrations of one Prisma folder (the one that holds `migrations/`) to one database, with Prisma's engine, so
 * `prisma migrate deploy` agrees with what it finds. Waits while another process migrates; a run that was killed is taken up.
 * @returns the names of the migrations that were applied now.
 */
export async function applyMigrations(
  SchemaEngine: SchemaEngineClass,
  url: string,
  folder: string,
): Promise<readonly string[]> {
  const migrationsList = await readMigrations(join(folder, "migrations"));
  // One connection for everything: the lock is the session's, and it ends with the process however that ends.
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: 10_000,
    application_name: "migrate",
  });
  // A lost connection fails the statement that needs it next.
  pool.on("error", () => undefined);
  try {
    // The engine takes the same lock later but gives up after ten seconds; held by our session, it gets it at once.
    await pool.query("SELECT pg_advisory_lock($1)", [prismaLock]);
    const engine = await createEngine(SchemaEngine, pool, migrationsList);
    const filters = { externalTables: [], externalEnums: [] };
    for (const migrationName of await interrupted(pool)) {
      await engine.markMigrationRolledBack({ migrationName });
    }
    const applied = await engine.applyMigrations({ migrationsList, filters });
    return applied.appliedMigrationNames;
  } finally {
    await pool.end();
  }
}

async function readMigrations(baseDir: string): Promise<engineModule.MigrationList> {
  const entries = await readdir(baseDir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const migrationDirectories = names.sort().map(async (name) => ({
    path: name,
    migrationFile: {
      path: "migration.sql",
      content: {
        tag: "ok" as const,
        value: await readFile(join(baseDir, name, "migration.sql"), "utf8"),
      },
    },
  }));
  const lockfile = "migration_lock.toml";
  return {
    baseDir,
    lockfile: { path: lockfile, content: await readFile(join(baseDir, lockfile), "utf8") },
    shadowDbInitScript: "",
    migrationDirectories: await Promise.all(migrationDirectories),
  };
}

async function interrupted(pool: pg.Pool): Promise<readonly string[]> {
  const table = await pool.query("SELECT to_regclass('_prisma_migrations') AS found");
  if (table.rows[0]?.found === null) return [];
  const { rows } = await pool.query<{ name: string }>(unfinished);
  return rows.map((row) => row.name);
}

async function createEngine(
  SchemaEngine: SchemaEngineClass,
  pool: pg.Pool,
  list: engineModule.MigrationList,
): Promise<engineModule.SchemaEngine> {
  const scripts = list.migrationDirectories.map((migration) => migration.migrationFile.content);
  const adapter = runScriptsWhole(
    new PrismaPg(pool),
    pool,
    new Set(scripts.map((script) => (script.tag === "ok" ? script.value : ""))),
  );
  return SchemaEngine.new(
    { datamodels: undefined },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
}

/**
 * The adapter cuts a script at every semicolon and commits each piece. Sent whole, PostgreSQL runs it as one transaction,
 * so a kill in the middle leaves nothing of it.
 */
function runScriptsWhole(
  factory: PrismaPg,
  pool: pg.Pool,
  migrations: ReadonlySet<string>,
): SqlMigrationAwareDriverAdapterFactory {
  const whole = (adapter: SqlDriverAdapter): SqlDriverAdapter => {
    adapter.executeScript = async (script) => {
      await pool.query(migrations.has(script) ? `${script};\n${finish}` : script);
    };
    return adapter;
  };
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => whole(await factory.connect()),
    connectToShadowDb: () => factory.connectToShadowDb(),
  };
}
