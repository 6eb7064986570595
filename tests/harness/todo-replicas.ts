import pg from "pg";
import { v7 as uuid } from "uuid";
import { createLog } from "../../runtime/log.ts";
import { createRequestSigner, signatureHeader } from "../../runtime/request-signature.ts";
import { envToConfig } from "../../subgraphs/todos/config.ts";
import { createTodosSubgraph, type TodosSubgraph } from "../../subgraphs/todos/subgraph.ts";
import { createTestDatabase } from "./databases.ts";
import { createMovableClock, type MovableClock } from "./movable-clock.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import { createSignedClient, type SignedClient, signingKey } from "./signed-client.ts";
import type { Person } from "./todos-subgraph.ts";

/** Several replicas of todos with caches, and one without, on one database and one Redis, each asked as the gateway asks it. */
export interface TodoReplicas {
  readonly clients: readonly SignedClient[];
  /** Where they listen, with the path. */
  readonly urls: readonly string[];
  readonly uncached: SignedClient;
  readonly uncachedUrl: string;
  /** Beside the replicas, which hear nothing of it. */
  sql(statement: string, values?: readonly unknown[]): Promise<void>;
  /** Of the replicas with caches. */
  readonly statements: Recorder;
  readonly clock: MovableClock;
  /** Tells the first replica that an account is deleted. */
  depart(user: Person): Promise<void>;
  stop(): Promise<void>;
}

export async function startTodoReplicas(count: number, redisUrl: string): Promise<TodoReplicas> {
  const database = await createTestDatabase("todos");
  const log = createLog("test", "silent");
  const clock = createMovableClock();
  const statements = createRecorder();
  const running: TodosSubgraph[] = [];

  async function start(cache: "on" | "off"): Promise<string> {
    const config = envToConfig({
      TODOS_PORT: "0",
      TODOS_DATABASE_URL: database.url,
      GATEWAY_SIGNING_KEY: signingKey,
      REDIS_URL: redisUrl,
      CACHE: cache,
    });
    const heard = cache === "on" ? { onStatement: statements.hear("todos") } : {};
    const replica = createTodosSubgraph(config, { log, clock, ...heard });
    await replica.start();
    running.push(replica);
    return `${replica.url()}/graphql`;
  }

  const urls: string[] = [];
  for (let index = 0; index < count; index++) urls.push(await start("on"));
  const uncachedUrl = await start("off");
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  // A connection that is closing when its database is dropped.
  pool.on("error", () => undefined);
  return {
    urls,
    clients: urls.map((url) => createSignedClient(url, clock)),
    uncached: createSignedClient(uncachedUrl, clock),
    uncachedUrl,
    sql: async (statement, values = []) => void (await pool.query(statement, [...values])),
    statements,
    clock,
    async depart({ id: userId }) {
      const event = { id: uuid(), topic: "account.deleted", key: userId, payload: { userId } };
      const body = JSON.stringify(event);
      const sign = createRequestSigner({ key: signingKey, sender: "service", clock });
      const response = await fetch(new URL("/events", urls[0]), {
        method: "POST",
        headers: {
          "content-type": "application/json",
          [signatureHeader]: sign({ method: "POST", path: "/events", body }, ""),
        },
        body,
      });
      if (response.status !== 204) throw new Error(`the event was refused: ${response.status}`);
      await response.text();
    },
    async stop() {
      await pool.end();
      await Promise.all(running.map((replica) => replica.stop()));
      await database.drop();
    },
  };
}
