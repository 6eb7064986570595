import pg from "pg";
import { z } from "zod";
import { ConfigError } from "../../runtime/env.ts";

/** The oldest major version that the graph is tested on. */
const oldest = 15;

const form = "must be a URL like postgresql://user:password@host:5432/database";

/** What a variable that names a database may hold. */
export const databaseUrl: z.ZodType<string, string> = z
  .string({ error: form })
  .regex(/^postgres(ql)?:\/\/[^/]+\/.+/, form);

/**
 * Opens the database once.
 * @throws ConfigError with one sentence that names the variable, when it cannot be used.
 */
export async function checkDatabase(variable: string, url: string): Promise<void> {
  const { host, pathname } = new URL(url);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  // Only what the query below rejects with matters.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>(
      "SELECT current_setting('server_version_num') AS version",
    );
    const major = Math.floor(Number(rows[0]?.version) / 10_000);
    if (major < oldest) {
      throw new ConfigError(
        `${variable}: PostgreSQL ${major} is too old, ${oldest} or later is needed.`,
      );
    }
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(
      `${variable}: the database ${pathname.slice(1)} at ${host} cannot be opened (${reason(error)}).`,
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

function reason(error: unknown): string {
  // A host name with several addresses fails with one error for each.
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}
