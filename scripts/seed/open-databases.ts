import { join, resolve } from "node:path";
import { z } from "zod";
import { ConfigError, type Env, parseEnv } from "../../runtime/env.ts";
import { createLog } from "../../runtime/log.ts";
import { checkDatabase, databaseUrl } from "../postgres/check-database.ts";
import { createEmbeddedPostgres, findRunningPostgres } from "../postgres/embedded-postgres.ts";
import { runScript, startChild } from "../start/child.ts";

export interface OpenDatabases {
  readonly users: string;
  readonly todos: string;
  /** Stops what was started for the purpose. */
  close(): Promise<void>;
}

/**
 * The databases that are given, and for the others those of the embedded PostgreSQL: the one that runs, or one that is started
 * and migrated now.
 * @throws ConfigError when one cannot be opened, or in production without a `yes`
 */
export async function openDatabases(
  env: Env,
  { yes, dist }: { readonly yes: boolean; readonly dist: string },
): Promise<OpenDatabases> {
  const production = env["NODE_ENV"] === "production";
  if (production && !yes) {
    throw new ConfigError(
      "This writes made-up accounts into a production database: add --yes if that is meant.",
    );
  }
  const url = production ? databaseUrl : databaseUrl.optional();
  const schema = z.object({
    DATA_DIR: z.string().default(".data"),
    USERS_DATABASE_URL: url,
    TODOS_DATABASE_URL: url,
  });
  const config = parseEnv(schema, env);
  const { USERS_DATABASE_URL: users, TODOS_DATABASE_URL: todos } = config;
  const dataDir = resolve(config.DATA_DIR);
  const embedded = users === undefined || todos === undefined;
  const running = embedded ? await findRunningPostgres(dataDir) : undefined;
  const postgres = createEmbeddedPostgres({
    dataDir,
    log: createLog("postgres", "warn"),
  });
  const start = embedded && running === undefined;
  try {
    if (start) await postgres.start();
    const own = async (name: string): Promise<string> => {
      if (start) return postgres.createDatabase(name);
      const url = new URL(running ?? "");
      url.pathname = `/${name}`;
      return url.href;
    };
    const urls = { users: users ?? (await own("users")), todos: todos ?? (await own("todos")) };
    await checkDatabase("USERS_DATABASE_URL", urls.users);
    await checkDatabase("TODOS_DATABASE_URL", urls.todos);
    if (start) {
      const variables = { USERS_DATABASE_URL: urls.users, TODOS_DATABASE_URL: urls.todos };
      const script = join(dist, "scripts/migrate.js");
      await runScript(startChild("The migration", script, { ...env, ...variables }));
    }
    return { ...urls, close: async () => (start ? postgres.stop() : undefined) };
  } catch (error) {
    if (start) await postgres.stop();
    throw error;
  }
}
