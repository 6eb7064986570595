import pg from "pg";
import { v7 as uuid } from "uuid";
import { anonymous, signViewer, type Viewer, viewerHeader } from "../../runtime/identity.ts";
import { createLog } from "../../runtime/log.ts";
import { serviceHeader, signServiceRequest } from "../../runtime/service-signature.ts";
import { envToConfig } from "../../subgraphs/todos/config.ts";
import { createTodosSubgraph } from "../../subgraphs/todos/subgraph.ts";
import { type Answer, createClient } from "./client.ts";
import { createTestDatabase, type Template, type TestDatabase } from "./databases.ts";
import { createRecorder, type Recorded, type Recorder } from "./recorder.ts";
import type { MovableClock } from "./users-subgraph.ts";

const signingKey = "a key of at least thirty-two characters for tests";

export type Person = Extract<Viewer, { kind: "user" }>;

/** The todos subgraph alone, asked as its gateway asks it. */
export interface Todos {
  readonly url: string;
  readonly clock: MovableClock;
  readonly statements: Recorder;
  readonly database: TestDatabase;
  send(document: string, variables?: unknown, viewer?: Viewer): Promise<Answer>;
  /** Data of an operation that must succeed. */
  // biome-ignore lint/suspicious/noExplicitAny: as `Answer.data`
  data(document: string, variables?: unknown, viewer?: Viewer): Promise<any>;
  /** `CODE path.to.field` of each error of an operation that must fail. */
  codes(document: string, variables?: unknown, viewer?: Viewer): Promise<readonly string[]>;
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

export async function startTodos(template: Template = "todos"): Promise<Todos> {
  const database = await createTestDatabase(template);
  const clock = movableClock();
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
  const client = createClient(url);
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  // A connection that is closing when its database is dropped.
  pool.on("error", () => undefined);

  const send = (
    document: string,
    variables: unknown = {},
    viewer: Viewer = anonymous,
  ): Promise<Answer> =>
    client.send(document, variables, {
      [viewerHeader]: signViewer(viewer, signingKey, clock.now()),
    });

  // biome-ignore lint/suspicious/noExplicitAny: as `Answer.data`
  async function data(...request: Parameters<typeof send>): Promise<any> {
    const answer = await send(...request);
    if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors, null, 2));
    return answer.data;
  }

  return {
    url,
    clock,
    statements,
    database,
    send,
    data,
    async codes(...request) {
      const { errors = [] } = await send(...request);
      return errors.map(({ extensions, path }) =>
        [extensions.code, path?.join(".")].filter(Boolean).join(" "),
      );
    },
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
      const signature = signServiceRequest(request, signingKey, clock.now());
      const response = await fetch(new URL("/events", url), {
        method: "POST",
        headers: { "content-type": "application/json", [serviceHeader]: signature },
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

function movableClock(): MovableClock {
  let now = Date.parse("2026-03-01T12:00:00Z");
  return {
    now: () => now,
    pass: (milliseconds) => {
      now += milliseconds;
    },
  };
}
