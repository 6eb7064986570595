import pg from "pg";
import { v7 as uuid } from "uuid";
import type { Viewer } from "../../runtime/identity.ts";
import { createLog } from "../../runtime/log.ts";
import { createRequestSigner, signatureHeader } from "../../runtime/request-signature.ts";
import { envToConfig } from "../../subgraphs/todos/config.ts";
import { createTodosSubgraph } from "../../subgraphs/todos/subgraph.ts";
import { createTestDatabase, type Template, type TestDatabase } from "./databases.ts";
import { createMovableClock, type MovableClock } from "./movable-clock.ts";
import { createRecorder, type Recorded, type Recorder } from "./recorder.ts";
import { createSignedClient, type SignedClient, signingKey } from "./signed-client.ts";

export type Person = Extract<Viewer, { kind: "user" }>;

/** The todos subgraph alone, asked as its gateway asks it. */
export interface Todos extends SignedClient {
  readonly url: string;
  readonly clock: MovableClock;
  readonly statements: Recorder;
  readonly database: TestDatabase;
  /** The statements of an operation that must succeed, without those that begin and end transactions. */
  reads(document: string, variables?: unknown, viewer?: Viewer): Promise<readonly Recorded[]>;
  /** Beside the subgraph: fills tables, looks into them. */
  // biome-ignore lint/suspicious/noExplicitAny: rows of any statement
  sql(statement: string, values?: readonly unknown[]): Promise<readonly any[]>;
  /** A list of `owner`, through the front door. */
  list(owner: Person, fields?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Todos in a list, through the front door. */
  todos(
    author: Person,
    listId: string,
    todos: readonly Readonly<Record<string, unknown>>[],
  ): Promise<readonly string[]>;
  join(owner: Person, listId: string, member: Person, role: string): Promise<void>;
  /** Tells it of an event, as another service of the graph does. @returns the status */
  tell(event: Readonly<Record<string, unknown>>): Promise<number>;
  stop(): Promise<void>;
}

export function person(): Person {
  return { kind: "user", id: uuid(), role: "USER", session: "a session" };
}

/** Who have nothing to do with each other yet. */
export function fourPeople(): [Person, Person, Person, Person] {
  return [person(), person(), person(), person()];
}

export async function startTodos(template: Template = "todos"): Promise<Todos> {
  const database = await createTestDatabase(template);
  const clock = createMovableClock();
  const statements = createRecorder();
  const config = envToConfig({
    TODOS_PORT: "0",
    TODOS_DATABASE_URL: database.url,
    GATEWAY_SIGNING_KEY: signingKey,
  });
  const log = createLog("test", "silent");
  const onStatement = statements.hear("todos");
  const subgraph = createTodosSubgraph(config, { log, clock, onStatement });
  await subgraph.start();
  const url = `${subgraph.url()}/graphql`;
  const client = createSignedClient(url, clock);
  const { data } = client;
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  // A connection that is closing when its database is dropped.
  pool.on("error", () => undefined);

  return {
    ...client,
    url,
    clock,
    statements,
    database,
    async reads(...request) {
      const all = await statements.during(() => data(...request));
      return all.filter(({ text }) => !/^(BEGIN|COMMIT|ROLLBACK)/.test(text));
    },
    sql: async (statement, values = []) => (await pool.query(statement, [...values])).rows,
    async list(owner, fields = {}) {
      const { createList } = await data(
        "mutation ($input: CreateListInput!) { createList(input: $input) { list { id } } }",
        { input: { name: "List", ...fields } },
        owner,
      );
      return createList.list.id;
    },
    async todos(author, listId, todos) {
      const { createTodos } = await data(
        "mutation ($input: CreateTodosInput!) { createTodos(input: $input) { todos { id } } }",
        { input: { listId, todos } },
        author,
      );
      return createTodos.todos.map(({ id }: { id: string }) => id);
    },
    async join(owner, listId, member, role) {
      await data(
        "mutation ($input: AddMemberInput!) { addMember(input: $input) { __typename } }",
        { input: { listId, userId: member.id, role } },
        owner,
      );
    },
    async tell(event) {
      const body = JSON.stringify({ id: uuid(), key: "", ...event });
      const request = { method: "POST", path: "/events", body };
      const sign = createRequestSigner({ key: signingKey, sender: "service", clock });
      const response = await fetch(new URL("/events", url), {
        method: "POST",
        headers: { "content-type": "application/json", [signatureHeader]: sign(request, "") },
        body,
      });
      await response.text();
      return response.status;
    },
    async stop() {
      await pool.end();
      await subgraph.stop();
      await database.drop();
    },
  };
}
