import pg from "pg";
import { envToConfig as gatewayConfig } from "../../gateway/config.ts";
import { createGateway } from "../../gateway/gateway.ts";
import type { Part } from "../../runtime/lifecycle.ts";
import { createLog, type Log } from "../../runtime/log.ts";
import { envToConfig as todosConfig } from "../../subgraphs/todos/config.ts";
import { createTodosSubgraph } from "../../subgraphs/todos/subgraph.ts";
import { envToConfig as usersConfig } from "../../subgraphs/users/config.ts";
import { createUsersSubgraph } from "../../subgraphs/users/subgraph.ts";
import { createBalancer } from "./balancer.ts";
import { createClient } from "./client.ts";
import { createTestDatabase } from "./databases.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import { signingKey } from "./signed-client.ts";
import { newTokenKey } from "./users-subgraph.ts";

/** Several replicas of the gateway, of users and of todos in this process; each call of a gateway goes to any replica. */
export interface ReplicatedGraph {
  /** The endpoints of the gateways. */
  readonly gateways: readonly string[];
  readonly statements: Recorder;
  /** Variables with which a process belongs to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether a service's database has a row; `statement` selects it. */
  isThere(service: "users" | "todos", statement: string): Promise<boolean>;
  signUp(handle: string): Promise<Account>;
  stop(): Promise<void>;
}

export interface Account {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly token: string;
}

export interface ReplicatedGraphOptions {
  /** Of each. */
  readonly replicas: number;
  readonly redisUrl: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Hears what all of them log. */
  readonly log?: Log;
}

export async function startReplicatedGraph({
  env: moreEnv,
  log = createLog("test", "silent"),
  redisUrl,
  replicas,
}: ReplicatedGraphOptions): Promise<ReplicatedGraph> {
  const databases = await Promise.all([createTestDatabase("users"), createTestDatabase("todos")]);
  const statements = createRecorder();
  const env = {
    PORT: "0",
    USERS_PORT: "0",
    TODOS_PORT: "0",
    USERS_REPLICAS: String(replicas),
    GATEWAY_SIGNING_KEY: signingKey,
    TOKEN_SIGNING_KEY: newTokenKey(),
    TOKEN_ISSUER: "urn:todo-supergraph:users",
    TOKEN_AUDIENCE: "urn:todo-supergraph",
    USERS_DATABASE_URL: databases[0].url,
    TODOS_DATABASE_URL: databases[1].url,
    REDIS_URL: redisUrl,
    PLANNER: "inline",
    ...moreEnv,
  };
  const running: Part[] = [];

  async function start<One extends Part & { url(): string }>(create: () => One): Promise<string[]> {
    const urls: string[] = [];
    for (let index = 0; index < replicas; index++) {
      const one = create();
      await one.start();
      running.push(one);
      urls.push(one.url());
    }
    return urls;
  }

  async function balance(urls: readonly string[]): Promise<string> {
    const balancer = await createBalancer(urls);
    running.push({ name: "balancer", start: async () => undefined, stop: balancer.stop });
    return balancer.url;
  }

  const todos = await balance(
    await start(() =>
      createTodosSubgraph(todosConfig(env), { log, onStatement: statements.hear("todos") }),
    ),
  );
  const usersEnv = { ...env, TODOS_EVENTS_URL: `${todos}/events` };
  const users = await balance(
    await start(() =>
      createUsersSubgraph(usersConfig(usersEnv), { log, onStatement: statements.hear("users") }),
    ),
  );
  const gatewayEnv = {
    ...env,
    USERS_URL: `${users}/graphql`,
    TODOS_URL: `${todos}/graphql`,
    JWKS_URL: `${users}/.well-known/jwks.json`,
  };
  const gateways = await start(() => createGateway(gatewayConfig(gatewayEnv), { log }));
  const endpoints = gateways.map((url) => `${url}/graphql`);

  return {
    gateways: endpoints,
    statements,
    env: gatewayEnv,
    async isThere(service, statement) {
      const url = env[service === "users" ? "USERS_DATABASE_URL" : "TODOS_DATABASE_URL"];
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        return (await client.query(statement)).rowCount !== 0;
      } finally {
        await client.end();
      }
    },
    async signUp(handle) {
      const input = {
        handle,
        name: handle,
        email: `${handle}@example.com`,
        password: "a long password",
      };
      const { signUp } = await createClient(endpoints[0] ?? "").data(
        "mutation ($input: SignUpInput!) { signUp(input: $input) { accessToken user { id } } }",
        { input },
      );
      return { id: signUp.user.id, handle, name: handle, token: signUp.accessToken };
    },
    async stop() {
      for (const one of running.toReversed()) await one.stop();
      await Promise.all(databases.map((database) => database.drop()));
    },
  };
}
