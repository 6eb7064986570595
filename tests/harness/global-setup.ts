import { execFile } from "node:child_process";
import { chmod, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Env, readEnv, setEnv } from "../../runtime/env.ts";
import { createLog } from "../../runtime/log.ts";
import { projectRoot } from "../../runtime/project-root.ts";
import { createEmbeddedPostgres } from "../../scripts/postgres/embedded-postgres.ts";
import { readOwnSubgraphs } from "../../scripts/project/own-subgraphs.ts";
import { adminUrlVariable, asAdmin, withDatabase } from "./databases.ts";
import { keepServer } from "./server.ts";

/** A PostgreSQL of one's own choice instead of the embedded one: a superuser's URL. */
const externalVariable = "TEST_POSTGRES_URL";

/**
 * One PostgreSQL for all tests, with migrated templates that a test copies in some 50 ms: empty ones, and ones with the demo data.
 * Nothing in it outlives the run, so it does not wait for the disk.
 */
export default async function globalSetup(): Promise<void> {
  const external = readEnv()[externalVariable];
  if (external === undefined) {
    const dataDir = await mkdtemp(join(tmpdir(), "supergraph-tests-"));
    // PostgreSQL's account must pass through.
    await chmod(dataDir, 0o711);
    const server = createEmbeddedPostgres({
      dataDir,
      log: createLog("test", "silent"),
      settings: {
        fsync: "off",
        synchronous_commit: "off",
        full_page_writes: "off",
        max_connections: "200",
      },
    });
    await server.start();
    keepServer({ server, dataDir });
    setEnv(adminUrlVariable, server.adminUrl("postgres"));
  } else {
    setEnv(adminUrlVariable, external);
  }
  await makeTemplates();
}

async function makeTemplates(): Promise<void> {
  const admin = readEnv()[adminUrlVariable] ?? "";
  const subgraphs = readOwnSubgraphs(projectRoot());
  const urls = (suffix: string): Env =>
    Object.fromEntries(
      subgraphs.map(({ name, variables }) => [
        variables.databaseUrl,
        withDatabase(admin, `${name}${suffix}`),
      ]),
    );
  for (const { name } of subgraphs) await recreate(`${name}_template`);
  await runScript("migrate", [], { ...readEnv(), ...urls("_template") });
  // The demo data is of these two.
  for (const name of ["users", "todos"]) {
    await recreate(`${name}_demo_template`, `TEMPLATE ${name}_template`);
  }
  await runScript("seed", ["--demo"], { ...readEnv(), ...urls("_demo_template") });
}

async function recreate(database: string, how = ""): Promise<void> {
  await asAdmin(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  await asAdmin(`CREATE DATABASE ${database} ${how}`);
}

/** A script of ours as a process that ends, as operators run it. */
async function runScript(name: string, args: readonly string[], env: Env): Promise<void> {
  const file = join(projectRoot(), "dist", "scripts", `${name}.js`);
  await promisify(execFile)(process.execPath, [file, ...args], { env: { ...env } });
}
