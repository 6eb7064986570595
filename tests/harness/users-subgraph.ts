import { generateKeyPairSync } from "node:crypto";
import type { Clock } from "../../runtime/clock.ts";
import { anonymous, signViewer, type Viewer, viewerHeader } from "../../runtime/identity.ts";
import { createLog } from "../../runtime/log.ts";
import { envToConfig } from "../../subgraphs/users/config.ts";
import { createUsersSubgraph } from "../../subgraphs/users/subgraph.ts";
import { type Answer, createClient } from "./client.ts";
import { createTestDatabase, type Template, type TestDatabase } from "./databases.ts";
import { createRecorder, type Recorder } from "./recorder.ts";

export const usersSigningKey = "a key of at least thirty-two characters for tests";
export const password = "correct-horse-battery";

/** The time as a test moves it. */
export interface MovableClock extends Clock {
  /** Lets milliseconds pass. */
  pass(milliseconds: number): void;
}

export interface Person {
  readonly id: string;
  readonly handle: string;
  readonly email: string;
  readonly viewer: Viewer;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** The users subgraph alone, asked as its gateway asks it. */
export interface Users {
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
  signUp(handle: string, name?: string): Promise<Person>;
  stop(): Promise<void>;
}

export async function startUsers(template: Template = "users"): Promise<Users> {
  const database = await createTestDatabase(template);
  const clock = movableClock();
  const statements = createRecorder();
  const config = envToConfig({
    USERS_PORT: "0",
    USERS_DATABASE_URL: database.url,
    GATEWAY_SIGNING_KEY: usersSigningKey,
    TOKEN_SIGNING_KEY: newTokenKey(),
  });
  const log = createLog("test", "silent");
  const onStatement = statements.hear("users");
  const subgraph = createUsersSubgraph(config, { log, clock, onStatement });
  await subgraph.start();
  const url = subgraph.url();
  const client = createClient(`${url}/graphql`);

  const send = (
    document: string,
    variables: unknown = {},
    viewer: Viewer = anonymous,
  ): Promise<Answer> =>
    client.send(document, variables, {
      [viewerHeader]: signViewer(viewer, usersSigningKey, clock.now()),
    });

  async function data(...request: Parameters<typeof send>): Promise<unknown> {
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
    async signUp(handle, name = handle) {
      const email = `${handle}@example.com`;
      const { signUp } = (await data(
        "mutation ($input: SignUpInput!) { signUp(input: $input) { accessToken refreshToken user { id } } }",
        { input: { handle, name, email, password } },
      )) as { signUp: { accessToken: string; refreshToken: string; user: { id: string } } };
      const { accessToken, refreshToken, user } = signUp;
      const viewer: Viewer = { kind: "user", id: user.id, role: "USER", session: "a session" };
      return { id: user.id, handle, email, viewer, accessToken, refreshToken };
    },
    async stop() {
      await subgraph.stop();
      await database.drop();
    },
  };
}

/** A fresh Ed25519 key as the text of a private JWK. */
export function newTokenKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return JSON.stringify({ ...privateKey.export({ format: "jwk" }), kid: "test", alg: "EdDSA" });
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
