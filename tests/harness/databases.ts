import { randomUUID } from "node:crypto";
import pg from "pg";
import { readEnv } from "../../runtime/env.ts";

/** A template that the global setup made: of a subgraph by its name, migrated and empty, or with the demo data. */
export type Template = "users_demo" | "todos_demo" | (string & {});

export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  drop(): Promise<void>;
}

/** The variable in which the global setup hands the superuser's URL to the tests. */
export const adminUrlVariable = "TEST_ADMIN_URL";

/** A database of this test's own, copied from a template in some 50 ms. */
export async function createTestDatabase(template: Template): Promise<TestDatabase> {
  const admin = adminUrl();
  const name = `test_${template}_${randomUUID().slice(0, 13).replace("-", "")}`;
  await asAdmin(`CREATE DATABASE ${name} TEMPLATE ${template}_template STRATEGY file_copy`);
  return {
    name,
    url: withDatabase(admin, name),
    drop: () => asAdmin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

export function adminUrl(): string {
  const url = readEnv()[adminUrlVariable];
  if (url === undefined) throw new Error("the global setup did not run");
  return url;
}

export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

export async function asAdmin(statement: string, url: string = adminUrl()): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
