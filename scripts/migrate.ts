import { join } from "node:path";
import { z } from "zod";
import { applyMigrations, loadSchemaEngine } from "../prisma/apply-migrations.ts";
import { ConfigError, parseEnv, readEnv } from "../runtime/env.ts";
import { projectRoot } from "../runtime/project-root.ts";
import { sentence } from "../runtime/run-process.ts";
import { checkDatabase, databaseUrl } from "./postgres/check-database.ts";

/** Brings the databases of USERS_DATABASE_URL and TODOS_DATABASE_URL up to date and ends; one that is not given is left alone. */
async function migrate(): Promise<void> {
  const schema = z.object({
    USERS_DATABASE_URL: databaseUrl.optional(),
    TODOS_DATABASE_URL: databaseUrl.optional(),
  });
  const env = parseEnv(schema, readEnv());
  const databases = [
    { subgraph: "users", variable: "USERS_DATABASE_URL", url: env.USERS_DATABASE_URL },
    { subgraph: "todos", variable: "TODOS_DATABASE_URL", url: env.TODOS_DATABASE_URL },
  ].flatMap(({ url, ...rest }) => (url === undefined ? [] : [{ url, ...rest }]));
  if (databases.length === 0) {
    throw new ConfigError(
      "Nothing to migrate: set USERS_DATABASE_URL, TODOS_DATABASE_URL or both. (npm start migrates by itself.)",
    );
  }
  const engine = await loadSchemaEngine();
  for (const { subgraph, variable, url } of databases) {
    await checkDatabase(variable, url);
    const applied = await applyMigrations(engine, url, join(projectRoot(), "prisma", subgraph));
    process.stdout.write(
      `migrated ${subgraph}: ${applied.length === 0 ? "up to date already" : applied.join(", ")}\n`,
    );
  }
}

migrate()
  .catch((error: unknown) => {
    process.stderr.write(`${sentence(error)}\n`);
    process.exitCode = 1;
  })
  // The engine leaves a timer of ten seconds behind.
  .finally(() => process.exit());
