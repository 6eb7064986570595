import { randomBytes } from "node:crypto";
import pg from "pg";

export interface DatabaseOptions {
  /** The role that owns the database; as the database is called unless said otherwise. */
  readonly role?: string;
  /** For a role that is made now. Give it whenever the role may exist already: its password is not changed. */
  readonly password?: string;
  /** A database to copy, which nobody may be connected to. */
  readonly template?: string;
}

/**
 * Makes a database and the role that owns it, each unless it exists. No other role can open the database, and this role no other one.
 * @param adminUrl a superuser's URL, or that of a role that may create both
 * @returns the URL of the database for its role
 */
export async function createDatabaseWithRole(
  adminUrl: string,
  name: string,
  options: DatabaseOptions = {},
): Promise<string> {
  const { role = name, password = randomBytes(24).toString("base64url"), template } = options;
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const database = client.escapeIdentifier(name);
    const owner = client.escapeIdentifier(role);
    const roles = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [role]);
    if (roles.rowCount === 0) {
      await client.query(`CREATE ROLE ${owner} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
    }
    const databases = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
    if (databases.rowCount === 0) {
      const source = template === undefined ? "" : ` TEMPLATE ${client.escapeIdentifier(template)}`;
      await client.query(`CREATE DATABASE ${database} OWNER ${owner}${source}`);
    }
    await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
  } finally {
    await client.end();
  }
  const url = new URL(adminUrl);
  url.username = encodeURIComponent(role);
  url.password = encodeURIComponent(password);
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}
