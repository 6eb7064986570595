import { execFile, spawn } from "node:child_process";
import { chown, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { ConfigError } from "../../runtime/env.ts";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { findPostmaster, forgetForeign, isAlive, type Postmaster } from "./postmaster.ts";

/** Milliseconds that a server may take until it accepts connections, recovery after a crash included. */
const patience = 30_000;

/** A server for one developer's machine: it shares two cores and the memory, and forgets nothing. */
const defaults = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  shared_buffers: "128MB",
  effective_cache_size: "1GB",
  work_mem: "8MB",
  maintenance_work_mem: "128MB",
  // No replica reads the log, so bulk loads may skip it where the files themselves are synced.
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "2GB",
  // The data is on an SSD, and statements are small and many: neither compiling nor spreading one over cores pays.
  random_page_cost: "1.1",
  jit: "off",
  max_parallel_workers_per_gather: "0",
  autovacuum_naptime: "15s",
  log_timezone: "UTC",
  timezone: "UTC",
};

/** What PostgreSQL gets of our environment: no secrets. */
const env = { LC_ALL: "C", TZ: "UTC" };

interface Ground {
  readonly account: Account;
  readonly data: string;
  readonly binaries: Binaries;
}

/** Makes an empty cluster, whole or not at all. The order of texts is by code point, on every machine the same. */
export async function initialise(
  { account, data, binaries }: Ground,
  password: string,
): Promise<void> {
  await removeOldDrafts(dirname(data));
  const draft = `${data}.${process.pid}.draft`;
  const passwordFile = `${draft}.password`;
  try {
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (account.uid !== undefined && account.gid !== undefined) {
      await chown(passwordFile, account.uid, account.gid);
    }
    const options = {
      pgdata: draft,
      username: "postgres",
      pwfile: passwordFile,
      auth: "scram-sha-256",
      encoding: "UTF8",
      "locale-provider": "builtin",
      "builtin-locale": "C.UTF-8",
      locale: "C",
    };
    const flags = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    await promisify(execFile)(binaries.initdb, [...flags, "--no-instructions", "--no-sync"], {
      ...account,
      cwd: "/",
      env,
    });
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    const why = String((error as { stderr?: unknown }).stderr ?? error).trim();
    throw new ConfigError(`DATA_DIR: PostgreSQL cannot make its files in ${dirname(data)}: ${why}`);
  } finally {
    await rm(passwordFile, { force: true });
  }
  try {
    await rename(draft, data);
  } catch {
    // Another process that starts at the same time was faster; there is one password for both.
    await rm(draft, { recursive: true, force: true });
  }
}

/** Of processes that were killed while they made a cluster. */
async function removeOldDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /\.(\d+)\.draft/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}

export interface LaunchOptions extends Ground {
  /** A server that runs on the data already; it is only waited for. */
  readonly found: Postmaster | undefined;
  readonly settings: Readonly<Record<string, string>>;
  readonly logFile: string;
}

/** Starts a server, or takes the one that was found, and waits until it accepts connections. */
export async function launch(options: LaunchOptions): Promise<Postmaster> {
  const { data, logFile } = options;
  const end = Date.now() + patience;
  let { found } = options;
  while (Date.now() < end) {
    const said = await sizeOf(logFile);
    let ended = false;
    if (found === undefined) {
      await forgetForeign(data);
      await spawnServer(options, await freePort(), () => {
        ended = true;
      });
    }
    while (Date.now() < end) {
      const postmaster = await findPostmaster(data);
      if (postmaster?.accepts) return postmaster;
      if (found === undefined ? ended : postmaster === undefined) break;
      await sleep(10);
    }
    if (found === undefined && ended) {
      const words = (await readFile(logFile)).subarray(said).toString();
      const fatal = /FATAL:\s+(.*)/.exec(words)?.[1] ?? words.trim().split("\n").at(-1);
      // Sessions of a server that was killed take a moment to notice; and another process may have taken the port.
      if (!/still in use|could not create any TCP/.test(words)) {
        throw new ConfigError(`DATA_DIR: PostgreSQL cannot start on ${data}: ${fatal}`);
      }
      await sleep(200);
    }
    found = undefined;
  }
  throw new ConfigError(
    `DATA_DIR: PostgreSQL on ${data} does not accept connections after ${patience / 1000} seconds; ${logFile} may tell why.`,
  );
}

async function spawnServer(options: LaunchOptions, port: number, onEnd: () => void): Promise<void> {
  const { account, data, binaries } = options;
  const settings = Object.entries({ ...defaults, ...options.settings, port: String(port) });
  // A file and not a pipe: the server outlives a parent that is killed, and must be able to write.
  const log = await open(
    options.logFile,
    (await sizeOf(options.logFile)) > 10_000_000 ? "w" : "a",
    0o600,
  );
  try {
    const child = spawn(
      binaries.postgres,
      ["-D", data, ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`])],
      { ...account, cwd: "/", env, detached: true, stdio: ["ignore", log.fd, log.fd] },
    );
    child.once("exit", onEnd);
    child.once("error", onEnd);
    child.unref();
  } finally {
    await log.close();
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port: 0 }, () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === "object" && address !== null ? address.port : 0),
      );
    });
  });
}
