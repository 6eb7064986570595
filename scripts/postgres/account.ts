import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { promisify } from "node:util";
import { ConfigError } from "../../runtime/env.ts";

const run = promisify(execFile);

/** Whom PostgreSQL runs as. Without a uid: as we do. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * PostgreSQL refuses to run as root. Then it runs as the owner of the data that is already there, else as the system's
 * user `postgres`, which is made when it is missing.
 */
export async function chooseAccount(data: string): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  const owner = await stat(data).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  try {
    return await lookUp("postgres");
  } catch {
    return createUser("postgres");
  }
}

/** Whether the account may enter a folder; a folder on the way may be closed to it. */
export async function canEnter(account: Account, folder: string): Promise<boolean> {
  if (account.uid === undefined) return true;
  try {
    await run("/bin/sh", ["-c", 'cd -- "$1"', "sh", folder], { ...account, cwd: "/" });
    return true;
  } catch {
    return false;
  }
}

async function lookUp(name: string): Promise<Account> {
  const [uid, gid] = await Promise.all([run("id", ["-u", name]), run("id", ["-g", name])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

async function createUser(name: string): Promise<Account> {
  try {
    const options = ["--system", "--user-group", "--no-create-home", "--shell", "/bin/false"];
    await run("useradd", [...options, name]);
    return await lookUp(name);
  } catch {
    throw new ConfigError(
      `PostgreSQL refuses to run as root, and a user ${name} is missing and cannot be made: add one, start as another user, or set USERS_DATABASE_URL and TODOS_DATABASE_URL.`,
    );
  }
}
