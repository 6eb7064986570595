import { join } from "node:path";
import { z } from "zod";
import { applyMigrations, loadSchemaEngine } from "../prisma/apply-migrations.ts";
import { ConfigError, parseEnv, readEnv } from "../runtime/env.ts";
import { projectRoot } from "../runtime/project-root.ts";
import { sentence } from "../runtime/run-process.ts";
import { checkDatabase, databaseUrl } from "./postgres/check-database.ts";
import { readOwnSubgraphs } from "./project/own-subgraphs.ts";

/** Brings the databases whose variables are set up to date and ends; one that is not given is left alone. */
async function migrate(): Promise<void> {
  const variables = readOwnSubgraphs(projectRoot()).map(({ name, variables }) => ({
    subgraph: name,
    variable: variables.databaseUrl,
  }));
  const schema = Object.fromEntries(
    variables.map(({ variable }) => [variable, databaseUrl.optional()]),
  );
  const env = parseEnv(z.object(schema), readEnv());
  const databases = variables.flatMap(({ subgraph, variable }) => {
    const url = env[variable];
    return url === undefined ? [] : [{ subgraph, variable, url }];
  });
  if (databases.length === 0) {
    const names = variables.map(({ variable }) => variable).join(", ");
    throw new ConfigError(
      `Nothing to migrate: set one or more of ${names}. (npm start migrates by itself.)`,
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
