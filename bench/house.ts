import { execFile } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { createLog } from "../runtime/log.ts";
import { projectRoot } from "../runtime/project-root.ts";
import { createEmbeddedPostgres } from "../scripts/postgres/embedded-postgres.ts";
import { imageOptions, type Measured, pin, startPinned } from "./processes.ts";

/** The house as separate processes on a database of its own, all pinned to one core. */
export interface House {
  /** Of the gateway. */
  readonly url: string;
  readonly processes: readonly Measured[];
  /** Ends the gateway and the subgraphs and starts them anew, where they were and on the same data. @param moreEnv in place of that of the options */
  restart(moreEnv: HouseOptions["moreEnv"]): Promise<void>;
  /** The superuser's URL of a database. */
  databaseUrl(name: "users" | "todos"): string;
  /** With these, another gateway stands in front of the same subgraphs. */
  readonly gatewayEnv: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface HouseOptions {
  readonly users: number;
  readonly todos: number;
  readonly core: number;
  /** The Node that runs the house. */
  readonly node: string;
  /** More variables of its processes. */
  readonly moreEnv?: Readonly<Record<string, string>>;
  /** Settings of its PostgreSQL. */
  readonly settings?: Readonly<Record<string, string>>;
}

export async function startHouse(options: HouseOptions): Promise<House> {
  const dataDir = await mkdtemp(join(tmpdir(), "supergraph-bench-"));
  await chmod(dataDir, 0o711);
  const postgres = createEmbeddedPostgres({
    dataDir,
    log: createLog("bench", "silent"),
    ...(options.settings && { settings: options.settings }),
  });
  await postgres.start();
  const databases = {
    USERS_DATABASE_URL: await postgres.createDatabase("users"),
    TODOS_DATABASE_URL: await postgres.createDatabase("todos"),
  };
  await script("migrate", [], databases);
  await script(
    "seed",
    ["--users", String(options.users), "--todos", String(options.todos)],
    databases,
  );
  // Everything public: each user's page is as full as it gets, whoever reads.
  await withClient(postgres.adminUrl("todos"), (client) =>
    client
      .query("UPDATE lists SET visibility = 'PUBLIC'")
      .then(() => client.query("VACUUM ANALYZE")),
  );
  const pid = await withClient(postgres.adminUrl(), postmasterOf);
  pin(pid, options.core);

  const [port, usersPort, todosPort] = [await freePort(), await freePort(), await freePort()];
  const { privateKey } = generateKeyPairSync("ed25519");
  const gatewayEnv = {
    NODE_ENV: "production",
    NODE_OPTIONS: imageOptions,
    LOG_LEVEL: "warn",
    HOST: "127.0.0.1",
    USERS_URL: `http://127.0.0.1:${usersPort}/graphql`,
    TODOS_URL: `http://127.0.0.1:${todosPort}/graphql`,
    JWKS_URL: `http://127.0.0.1:${usersPort}/.well-known/jwks.json`,
    TOKEN_ISSUER: "urn:todo-supergraph:users",
    TOKEN_AUDIENCE: "urn:todo-supergraph",
    GATEWAY_SIGNING_KEY: randomBytes(32).toString("base64url"),
  };
  const env = {
    ...gatewayEnv,
    ...databases,
    PORT: String(port),
    USERS_PORT: String(usersPort),
    TODOS_PORT: String(todosPort),
    TOKEN_SIGNING_KEY: JSON.stringify({
      ...privateKey.export({ format: "jwk" }),
      kid: "bench",
      alg: "EdDSA",
    }),
  };
  let running: readonly Measured[] = [];

  async function start(moreEnv: HouseOptions["moreEnv"]): Promise<void> {
    const all = { ...env, ...moreEnv };
    for (const [name, main] of mains) {
      const command = [options.node, join(projectRoot(), "dist", main)] as const;
      running = [await startPinned(name, options.core, command, all), ...running];
    }
  }

  async function end(): Promise<void> {
    for (const one of running) await one.stop();
    running = [];
  }

  await start(options.moreEnv);
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    databaseUrl: (name) => postgres.adminUrl(name),
    gatewayEnv,
    get processes() {
      return [...running, { name: "postgres", pid, stop: async () => {} }];
    },
    async restart(moreEnv) {
      await end();
      await start(moreEnv);
    },
    async stop() {
      await end();
      await postgres.remove();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** In the order in which they start. */
const mains = [
  ["users", "subgraphs/users/main.js"],
  ["todos", "subgraphs/todos/main.js"],
  ["gateway", "gateway/main.js"],
] as const;

async function script(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const file = join(projectRoot(), "dist", "scripts", `${name}.js`);
  await promisify(execFile)(process.execPath, [file, ...args], {
    env: { PATH: "/usr/bin:/bin", ...env },
  });
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

export async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function postmasterOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ directory: string }>(
    "SELECT current_setting('data_directory') AS directory",
  );
  const file = await readFile(join(rows[0]?.directory ?? "", "postmaster.pid"), "utf8");
  return Number(file.split("\n")[0]);
}
