import { execFile } from "node:child_process";
import { chmod, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { readEnv, setEnv } from "../../runtime/env.ts";
import { createLog } from "../../runtime/log.ts";
import { projectRoot } from "../../runtime/project-root.ts";
import { createEmbeddedPostgres } from "../../scripts/postgres/embedded-postgres.ts";
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
  const names = ["users", "todos"] as const;
  for (const name of names.flatMap((subgraph) => [
    `${subgraph}_template`,
    `${subgraph}_demo_template`,
  ])) {
    await asAdmin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }
  const admin = readEnv()[adminUrlVariable] ?? "";
  const env = {
    ...readEnv(),
    USERS_DATABASE_URL: withDatabase(admin, "users_template"),
    TODOS_DATABASE_URL: withDatabase(admin, "todos_template"),
  };
  for (const name of names) await asAdmin(`CREATE DATABASE ${name}_template`);
  await runScript("migrate", [], env);
  for (const name of names)
    await asAdmin(`CREATE DATABASE ${name}_demo_template TEMPLATE ${name}_template`);
  await runScript("seed", ["--demo"], {
    ...env,
    USERS_DATABASE_URL: withDatabase(admin, "users_demo_template"),
    TODOS_DATABASE_URL: withDatabase(admin, "todos_demo_template"),
  });
}

/** A script of ours as a process that ends, as operators run it. */
async function runScript(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  await promisify(execFile)(
    process.execPath,
    [join(projectRoot(), "dist", "scripts", `${name}.js`), ...args],
    {
      env: env as NodeJS.ProcessEnv,
    },
  );
}
