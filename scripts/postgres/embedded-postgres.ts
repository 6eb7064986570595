import { createHmac } from "node:crypto";
import { access, mkdir, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { ConfigError } from "../../runtime/env.ts";
import type { Part } from "../../runtime/lifecycle.ts";
import type { Log } from "../../runtime/log.ts";
import { type Account, chooseAccount } from "./account.ts";
import { type Binaries, findBinaries } from "./binaries.ts";
import { createDatabaseWithRole } from "./create-database.ts";
import { placeData } from "./data-folder.ts";
import { initialise, launch } from "./launch.ts";
import { readPassword } from "./password.ts";
import { findPostmaster, stopPostmaster } from "./postmaster.ts";

/** Key of the advisory lock that says whose server this is: one session holds it as long as its process lives. */
const ownerLock = 1;

export interface EmbeddedPostgresOptions {
  /** Holds the data, the superuser's password and the server's log. Made when missing. */
  readonly dataDir: string;
  readonly log: Log;
  /** Server settings that replace ours, such as `{ fsync: "off" }` for a test that throws its data away. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Called once when the server ends although nobody stopped it. */
  readonly onLost?: () => void;
}

export interface EmbeddedPostgres extends Part {
  /** The superuser's URL, once started. */
  adminUrl(database?: string): string;
  /** Makes a database and a role of the same name unless they exist; the URL is the same at every start but for the port. */
  createDatabase(name: string): Promise<string>;
  /** `fast` waits until everything is written; `immediate` leaves that to the next start. */
  stop(how?: "fast" | "immediate"): Promise<void>;
  /** Stops the server and deletes its data folder, wherever that is. */
  remove(): Promise<void>;
}

/**
 * A PostgreSQL server of our own, on loopback, with its data in a folder. It runs in a session of its own, so signals for our
 * process group do not reach it, and outlives a kill -9 of its parent: the next start takes it over.
 */
export function createEmbeddedPostgres(options: EmbeddedPostgresOptions): EmbeddedPostgres {
  const { log } = options;
  let server: Server | undefined;

  async function start(): Promise<void> {
    // 0711: PostgreSQL's account must pass through; every secret file in it is 0600.
    await mkdir(options.dataDir, { recursive: true, mode: 0o711 });
    const dataDir = await realpath(options.dataDir);
    const account = await chooseAccount(join(dataDir, "postgres"));
    const data = await placeData(dataDir, account);
    const binaries = await findBinaries(account);
    server = await openServer({ ...options, dataDir }, { account, data, binaries });
    const { owner } = server;
    owner.once("end", () => {
      if (server?.owner === owner) options.onLost?.();
    });
  }

  async function stop(how: "fast" | "immediate" = "fast"): Promise<void> {
    if (server === undefined) return;
    const { owner, pid, data } = server;
    server = undefined;
    await owner.end().catch(() => undefined);
    await stopPostmaster(pid, data, how);
    log.info({ pid }, "PostgreSQL has stopped");
  }

  function running(): Server {
    if (server === undefined) throw new Error("the embedded PostgreSQL is not started");
    return server;
  }

  return {
    name: "postgres",
    start,
    stop,
    adminUrl: (database = "postgres") => urlOf(running(), database),
    async createDatabase(name) {
      const { password } = running();
      return createDatabaseWithRole(urlOf(running(), "postgres"), name, {
        password: createHmac("sha256", password).update(`role ${name}`).digest("base64url"),
      });
    },
    async remove() {
      const place = join(options.dataDir, "postgres");
      await stop("immediate");
      await rm(await realpath(place), { recursive: true, force: true });
      await rm(place, { recursive: true, force: true });
    },
  };
}

/** The superuser's URL of a server that another process runs on DATA_DIR, or undefined when none runs. */
export async function findRunningPostgres(dataDir: string): Promise<string | undefined> {
  const data = await realpath(join(dataDir, "postgres", "data")).catch(() => undefined);
  if (data === undefined) return undefined;
  const found = await findPostmaster(data);
  if (found === undefined) return undefined;
  return urlOf({ port: found.port, password: await readPassword(dataDir, false) }, "postgres");
}

interface Server {
  readonly pid: number;
  readonly port: number;
  readonly data: string;
  readonly password: string;
  /** The session that holds the lock; it ends when the server does. */
  readonly owner: pg.Client;
}

interface Ground {
  readonly account: Account;
  readonly data: string;
  readonly binaries: Binaries;
}

async function openServer(options: EmbeddedPostgresOptions, ground: Ground): Promise<Server> {
  const { dataDir, log, settings = {} } = options;
  const { data } = ground;
  const fresh = await access(join(data, "PG_VERSION")).then(
    () => false,
    () => true,
  );
  const password = await readPassword(dataDir, fresh);
  if (fresh) await initialise(ground, password);

  const found = await findPostmaster(data);
  if (found !== undefined) log.info({ pid: found.pid }, "PostgreSQL runs already");
  const postmaster = await launch({
    ...ground,
    found,
    settings,
    logFile: join(dataDir, "postgres.log"),
  });
  const { pid, port } = postmaster;
  const owner = new pg.Client({
    connectionString: urlOf({ port, password }, "postgres"),
    application_name: "owner of the server",
    keepAlive: true,
  });
  // "end" follows, and says all that matters.
  owner.on("error", () => undefined);
  await owner.connect();
  const { rows } = await owner.query<{ mine: boolean }>("SELECT pg_try_advisory_lock($1) AS mine", [
    ownerLock,
  ]);
  if (rows[0]?.mine !== true) {
    await owner.end();
    throw new ConfigError(
      `DATA_DIR: another process uses ${dataDir}: stop it, or set another DATA_DIR.`,
    );
  }
  await owner.query("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC");
  log.info({ pid, port }, "PostgreSQL has started");
  return { pid, port, data, password, owner };
}

function urlOf({ port, password }: Pick<Server, "port" | "password">, database: string): string {
  return `postgresql://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}
