import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "../../runtime/env.ts";
import { createSecretFile } from "../create-secret-file.ts";

/** The superuser's password of the server in DATA_DIR; made when `fresh`, as long as there is no data that has one. */
export async function readPassword(dataDir: string, fresh: boolean): Promise<string> {
  const file = join(dataDir, "postgres-password");
  const kept = await readFile(file, "utf8").catch(() => "");
  if (kept.trim() !== "") return kept.trim();
  if (!fresh) {
    throw new ConfigError(
      `DATA_DIR: ${file} is missing, and the database beside it cannot be opened without: put it back, or delete ${dataDir} to begin anew.`,
    );
  }
  const text = await createSecretFile(file, `${randomBytes(24).toString("base64url")}\n`);
  return text.trim();
}
