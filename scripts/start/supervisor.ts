import { join } from "node:path";
import { envToConfig as checkGateway } from "../../gateway/config.ts";
import type { Env } from "../../runtime/env.ts";
import type { Part } from "../../runtime/lifecycle.ts";
import { createLog } from "../../runtime/log.ts";
import { envToConfig as checkTodos } from "../../subgraphs/todos/config.ts";
import { envToConfig as checkUsers } from "../../subgraphs/users/config.ts";
import { checkDatabase } from "../postgres/check-database.ts";
import { createEmbeddedPostgres } from "../postgres/embedded-postgres.ts";
import { type Child, runScript, startChild } from "./child.ts";
import type { StartConfig, Subgraph } from "./config.ts";
import { checkPort } from "./ports.ts";
import { readSecrets, type Secrets } from "./secrets.ts";

const loopback = "127.0.0.1";
/** For a database that has no URL yet. */
const placeholder = "postgresql://embedded/database";

export interface SupervisorOptions {
  /** The folder of the compiled programs. */
  readonly dist: string;
  /** Called once, with a sentence, when a part that should run has ended. */
  readonly onLost: (why: string) => void;
}

export interface Supervisor extends Part {
  /** Stops in order, from the gateway to PostgreSQL, whatever runs, in the middle of a start as well. */
  stop(): Promise<void>;
  /** Makes a stop that is under way end soon. */
  hurry(): void;
  /** Where the gateway answers, once started. */
  url(): string;
}

/** The whole graph on one machine: PostgreSQL unless given, migrations, demo data, users, todos and the gateway. */
export function createSupervisor(config: StartConfig, options: SupervisorOptions): Supervisor {
  const children: Child[] = [];
  const stopping = new AbortController();
  let starting: Promise<void> | undefined;
  let url = "";

  const embedded = (["users", "todos"] as const).filter(
    (name) => config.databases[name] === undefined,
  );
  const postgres = createEmbeddedPostgres({
    dataDir: config.dataDir,
    log: createLog("postgres", config.logLevel === "info" ? "warn" : config.logLevel),
    onLost: () => lost("PostgreSQL has ended unexpectedly."),
  });

  async function run(): Promise<void> {
    const ports = await checkSurroundings(config);
    const secrets = await readSecrets(config);
    const env = (name: Subgraph | "gateway", database?: string): Env =>
      childEnv(name, { config, ports, secrets, database });
    // Each process would say it by itself, but after others have begun.
    checkGateway(env("gateway"));
    checkUsers(env("users", config.databases.users ?? placeholder));
    checkTodos(env("todos", config.databases.todos ?? placeholder));
    const host = config.host.includes(":") ? `[${config.host}]` : config.host;
    url = `http://${host}:${ports.gateway}/graphql`;

    // It needs no database, and takes longest to load.
    const gateway = begin("gateway", "gateway/main.js", env("gateway"));
    const databases = await openDatabases();
    const urls = { USERS_DATABASE_URL: databases.users, TODOS_DATABASE_URL: databases.todos };
    const scriptEnv = { ...config.inherited, ...urls };
    await runScript(begin("The migration", "scripts/migrate.js", scriptEnv));
    const users = begin("users", "subgraphs/users/main.js", env("users", databases.users));
    const todos = begin("todos", "subgraphs/todos/main.js", env("todos", databases.todos));
    const waitFor = [gateway.ready, users.ready, todos.ready];
    if (config.mode === "development") {
      waitFor.push(runScript(begin("The demo data", "scripts/seed.js", scriptEnv, ["--demo"])));
    }
    await Promise.all(waitFor);
    stopping.signal.throwIfAborted();
    for (const child of [gateway, users, todos]) {
      child.ended.then((how) => lost(`${child.name} ${how}.`));
    }
  }

  function begin(name: string, script: string, env: Env, args: readonly string[] = []): Child {
    stopping.signal.throwIfAborted();
    const child = startChild(name, join(options.dist, script), env, args);
    children.push(child);
    return child;
  }

  async function openDatabases(): Promise<Readonly<Record<Subgraph, string>>> {
    const urls = { users: "", todos: "", ...config.databases };
    if (embedded.length === 0) return urls;
    await postgres.start();
    for (const name of embedded) urls[name] = await postgres.createDatabase(name);
    return urls;
  }

  function lost(why: string): void {
    if (!stopping.signal.aborted) options.onLost(why);
  }

  return {
    name: "supergraph",
    url: () => url,
    start() {
      starting = run();
      return starting;
    },
    async stop() {
      stopping.abort();
      const settled = starting?.catch(() => undefined);
      const gateway = children.filter((child) => child.name === "gateway");
      const others = children.filter((child) => child.name !== "gateway");
      await Promise.all(gateway.map((child) => child.stop()));
      await Promise.all(others.map((child) => child.stop()));
      // A start that was under way has seen by now that it is over, and begins nothing more.
      await settled;
      await postgres.stop();
    },
    hurry() {
      for (const child of children) child.kill();
    },
  };
}

/** What can be wrong outside, seen before anything is started. @returns the ports, each a real one */
async function checkSurroundings(config: StartConfig): Promise<StartConfig["ports"]> {
  const gateway = await checkPort("PORT", config.host, config.ports.gateway);
  const users = await checkPort("USERS_PORT", loopback, config.ports.users);
  const todos = await checkPort("TODOS_PORT", loopback, config.ports.todos);
  for (const [variable, url] of [
    ["USERS_DATABASE_URL", config.databases.users],
    ["TODOS_DATABASE_URL", config.databases.todos],
  ] as const) {
    if (url !== undefined) await checkDatabase(variable, url);
  }
  return { gateway, users, todos };
}

interface Surroundings {
  readonly config: StartConfig;
  readonly ports: StartConfig["ports"];
  readonly secrets: Secrets;
  readonly database: string | undefined;
}

/** Each process gets its own secrets only, and what it must agree on with the others. */
function childEnv(name: Subgraph | "gateway", surroundings: Surroundings): Env {
  const { config, ports, secrets, database } = surroundings;
  const users = `http://${loopback}:${ports.users}`;
  const defaults = {
    USERS_URL: `${users}/graphql`,
    TODOS_URL: `http://${loopback}:${ports.todos}/graphql`,
    JWKS_URL: `${users}/.well-known/jwks.json`,
    TOKEN_ISSUER: "urn:todo-supergraph:users",
    TOKEN_AUDIENCE: "urn:todo-supergraph",
  };
  const { GATEWAY_SIGNING_KEY, TOKEN_SIGNING_KEY } = secrets;
  const own = {
    gateway: { HOST: config.host, PORT: String(ports.gateway) },
    users: {
      HOST: loopback,
      USERS_PORT: String(ports.users),
      USERS_DATABASE_URL: database,
      TOKEN_SIGNING_KEY,
    },
    todos: { HOST: loopback, TODOS_PORT: String(ports.todos), TODOS_DATABASE_URL: database },
  }[name];
  return { ...defaults, ...config.inherited, ...own, GATEWAY_SIGNING_KEY };
}
