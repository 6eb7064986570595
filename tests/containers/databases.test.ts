import { execFile, spawnSync } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readEnv } from "../../runtime/env.ts";
import { createLog } from "../../runtime/log.ts";
import { projectRoot } from "../../runtime/project-root.ts";
import {
  createEmbeddedPostgres,
  type EmbeddedPostgres,
} from "../../scripts/postgres/embedded-postgres.ts";
import { asAdmin } from "../harness/databases.ts";
import { subgraphs } from "./compose-file.ts";

const run = promisify(execFile);
const names = subgraphs.map(({ name }) => name);
const passwords = Object.fromEntries(
  names.map((name) => [`${name.toUpperCase()}_DATABASE_PASSWORD`, `of-${name}`]),
);
const testWithPsql = spawnSync("psql", ["--version"]).error === undefined ? test : test.skip;

let folder = "";
let server: EmbeddedPostgres;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "compose-postgres-"));
  await chmod(folder, 0o711);
  server = createEmbeddedPostgres({ dataDir: folder, log: createLog("test", "silent") });
  await server.start();
  // As open as a new server of PostgreSQL's image.
  await asAdmin(
    "GRANT CONNECT, TEMPORARY ON DATABASE postgres, template1 TO PUBLIC",
    server.adminUrl(),
  );
});

afterAll(async () => {
  await server.remove();
  await rm(folder, { recursive: true });
});

/** As the image of PostgreSQL runs the files that it finds at its first start. */
async function initialise(env: Readonly<Record<string, string>>): Promise<void> {
  const file = join(projectRoot(), "deploy/postgres/create-databases.sql");
  const { PATH } = readEnv();
  await run("psql", ["-v", "ON_ERROR_STOP=1", "--no-psqlrc", "-f", file, server.adminUrl()], {
    env: { PATH, ...env },
  });
}

function urlOf(role: string, database: string): string {
  const url = new URL(server.adminUrl(database));
  url.username = role;
  url.password = `of-${role}`;
  return url.href;
}

testWithPsql("without a password no role is made", async () => {
  await expect(initialise({})).rejects.toThrow("syntax error");
});

testWithPsql(
  "each subgraph's role opens its own database and no other, and migrates it",
  async () => {
    await initialise(passwords);
    const migrate = await run(process.execPath, [join(projectRoot(), "dist/scripts/migrate.js")], {
      env: Object.fromEntries(
        subgraphs.map(({ name, variables }) => [variables.databaseUrl, urlOf(name, name)]),
      ),
    });
    expect(migrate.stdout).toMatch(
      new RegExp(`^${names.map((name) => `migrated ${name}: \\d+_initial.*\n`).join("")}$`),
    );
    for (const role of names) {
      const others = names.filter((name) => name !== role);
      for (const database of [...others, "postgres", "template1"]) {
        await expect(asAdmin("SELECT 1", urlOf(role, database))).rejects.toThrow(
          `permission denied for database "${database}"`,
        );
      }
      await expect(asAdmin("CREATE ROLE more", urlOf(role, role))).rejects.toThrow(
        "permission denied",
      );
    }
  },
);
