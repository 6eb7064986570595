import { randomBytes } from "node:crypto";
import { chown, lstat, mkdir, realpath, symlink } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "../../runtime/env.ts";
import { type Account, canEnter } from "./account.ts";
import { reachableFolder } from "./binaries.ts";

/**
 * Where the cluster's files are: `DATA_DIR/postgres`. When the account cannot enter DATA_DIR (root's, in a home of mode 0700),
 * a symbolic link of that name leads to a folder that it can enter. The parent of what is returned exists and is
 * the account's to write in; the folder itself may be missing.
 */
export async function placeData(dataDir: string, account: Account): Promise<string> {
  const name = join(dataDir, "postgres");
  const entry = await lstat(name).catch(() => undefined);
  if (entry?.isSymbolicLink()) {
    const target = await realpath(name).catch(() => undefined);
    if (target !== undefined) return join(target, "data");
    throw new ConfigError(
      `DATA_DIR: the database of ${dataDir} was kept where ${name} leads to, and that is gone: put it back, or delete ${dataDir} to begin anew.`,
    );
  }
  if (entry !== undefined || (await canEnter(account, dataDir))) {
    if (entry === undefined) await makeFor(account, name);
    if (await canEnter(account, name)) return join(await realpath(name), "data");
    throw new ConfigError(
      `DATA_DIR: PostgreSQL, which may not run as root, cannot enter ${name}: open the folders above it, or set another DATA_DIR.`,
    );
  }
  const place = join(reachableFolder, `data-${randomBytes(6).toString("hex")}`);
  try {
    await mkdir(reachableFolder, { recursive: true, mode: 0o755 });
    await makeFor(account, place);
  } catch (error) {
    throw new ConfigError(
      `DATA_DIR: PostgreSQL, which may not run as root, cannot enter ${dataDir}, and ${place} cannot be made (${(error as Error).message}).`,
    );
  }
  await symlink(place, name);
  return join(place, "data");
}

async function makeFor({ uid, gid }: Account, folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid);
}
