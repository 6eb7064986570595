import { generateKeyPairSync } from "node:crypto";
import { envToConfig as gatewayConfig } from "../../gateway/config.ts";
import { createGateway } from "../../gateway/gateway.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Part } from "../../runtime/lifecycle.ts";
import { createLog, type Log } from "../../runtime/log.ts";
import { envToConfig as todosConfig } from "../../subgraphs/todos/config.ts";
import { createTodosSubgraph } from "../../subgraphs/todos/subgraph.ts";
import { envToConfig as usersConfig } from "../../subgraphs/users/config.ts";
import { createUsersSubgraph } from "../../subgraphs/users/subgraph.ts";
import { type Answer, type Client, createClient } from "./client.ts";
import { createTestDatabase, type TestDatabase } from "./databases.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import { createTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

const gatewaySigningKey = "a key of at least thirty-two characters for tests";
const demoPassword = "correct-horse-battery";

export interface GraphOptions {
  /** Which templates the databases are copied from. */
  readonly data: "empty" | "demo";
  readonly clock?: Clock;
  /** Puts a wire that can be cut before each subgraph and each database. */
  readonly wired?: boolean;
  /** Hears what all processes log; by default nobody does. */
  readonly log?: Log;
  /** More variables for the processes' configuration. */
  readonly env?: Readonly<Record<string, string>>;
  /** `off`: users is not told where todos takes events. */
  readonly events?: "on" | "off";
}

/** The whole house in this process, over real HTTP, on databases of its own. */
export interface Graph {
  readonly url: string;
  readonly usersUrl: string;
  readonly todosUrl: string;
  readonly databases: { readonly users: TestDatabase; readonly todos: TestDatabase };
  readonly statements: Recorder;
  /** Only in a wired graph. */
  readonly wires: Readonly<Record<"users" | "todos" | "usersDatabase" | "todosDatabase", TcpProxy>>;
  readonly anonymous: Client;
  /** A client that carries the access token of a demo account, or of one that `signUp` made. */
  signIn(email: string, password?: string): Promise<Client>;
  /** A new account and its client. */
  signUp(handle: string): Promise<Client & { readonly id: string }>;
  /** One more replica of users, which delivers events too. The gateway does not ask it. */
  addUsers(): Promise<Part>;
  stop(): Promise<void>;
}

export async function startGraph(options: GraphOptions): Promise<Graph> {
  const suffix = options.data === "demo" ? "_demo" : "";
  const [users, todos] = await Promise.all([
    createTestDatabase(`users${suffix}`),
    createTestDatabase(`todos${suffix}`),
  ]);
  const wires: Record<string, TcpProxy> = {};
  async function wire(name: string, url: string): Promise<string> {
    if (options.wired !== true) return url;
    const wired = new URL(url);
    const proxy = await createTcpProxy(Number(wired.port));
    wires[name] = proxy;
    wired.port = String(proxy.port);
    return wired.href;
  }
  const statements = createRecorder();
  const log = options.log ?? createLog("test", "silent");
  const env = {
    HOST: "127.0.0.1",
    PORT: "0",
    USERS_PORT: "0",
    TODOS_PORT: "0",
    LOG_LEVEL: "silent",
    GATEWAY_SIGNING_KEY: gatewaySigningKey,
    TOKEN_SIGNING_KEY: tokenSigningKey(),
    TOKEN_ISSUER: "urn:todo-supergraph:users",
    TOKEN_AUDIENCE: "urn:todo-supergraph",
    USERS_DATABASE_URL: await wire("usersDatabase", users.url),
    TODOS_DATABASE_URL: await wire("todosDatabase", todos.url),
    ...options.env,
  };
  const clock = options.clock === undefined ? {} : { clock: options.clock };
  const todosSubgraph = createTodosSubgraph(todosConfig(env), {
    log,
    ...clock,
    onStatement: statements.hear("todos"),
  });
  await todosSubgraph.start();
  const todosUrl = `${todosSubgraph.url()}/graphql`;
  const wiredTodosUrl = await wire("todos", todosUrl);
  const events = { TODOS_EVENTS_URL: new URL("/events", wiredTodosUrl).href };
  const usersSubgraph = createUsersSubgraph(
    usersConfig({ ...env, ...(options.events !== "off" && events) }),
    { log, ...clock, onStatement: statements.hear("users") },
  );
  await usersSubgraph.start();
  const usersUrl = `${usersSubgraph.url()}/graphql`;
  const replicas: Part[] = [];
  const gateway = createGateway(
    gatewayConfig({
      ...env,
      USERS_URL: await wire("users", usersUrl),
      TODOS_URL: wiredTodosUrl,
      JWKS_URL: `${usersSubgraph.url()}/.well-known/jwks.json`,
    }),
    { log, ...clock },
  );
  await gateway.start();
  const url = `${gateway.url()}/graphql`;
  const anonymous = createClient(url);

  return {
    url,
    usersUrl,
    todosUrl,
    databases: { users, todos },
    statements,
    wires: wires as Graph["wires"],
    anonymous,
    async signIn(email, password = demoPassword) {
      const answer = await anonymous.send(
        "mutation ($input: SignInInput!) { session: signIn(input: $input) { accessToken } }",
        { input: { email, password } },
      );
      return createClient(url, session(answer).accessToken);
    },
    async signUp(handle) {
      const answer = await anonymous.send(
        "mutation ($input: SignUpInput!) { session: signUp(input: $input) { accessToken user { id } } }",
        { input: { handle, name: handle, email: `${handle}@example.com`, password: demoPassword } },
      );
      const { accessToken, user } = session(answer);
      return { ...createClient(url, accessToken), id: user.id };
    },
    async addUsers() {
      const replica = createUsersSubgraph(usersConfig({ ...env, ...events }), { log, ...clock });
      await replica.start();
      replicas.push(replica);
      return replica;
    },
    async stop() {
      await gateway.stop();
      await Promise.all([usersSubgraph, todosSubgraph, ...replicas].map((part) => part.stop()));
      await Promise.all(Object.values(wires).map((proxy) => proxy.stop()));
      await Promise.all([users.drop(), todos.drop()]);
    },
  };
}

function session(answer: Answer): { accessToken: string; user: { id: string } } {
  if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  return (answer.data as { session: { accessToken: string; user: { id: string } } }).session;
}

function tokenSigningKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return JSON.stringify({ ...privateKey.export({ format: "jwk" }), kid: "test", alg: "EdDSA" });
}
