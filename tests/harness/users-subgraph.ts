import { generateKeyPairSync } from "node:crypto";
import type { Viewer } from "../../runtime/identity.ts";
import { createLog } from "../../runtime/log.ts";
import { envToConfig } from "../../subgraphs/users/config.ts";
import { createUsersSubgraph, type UsersSubgraph } from "../../subgraphs/users/subgraph.ts";
import { createTestDatabase, type Template, type TestDatabase } from "./databases.ts";
import { createMovableClock, type MovableClock } from "./movable-clock.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import { createSignedClient, type SignedClient, signingKey } from "./signed-client.ts";

export const password = "correct-horse-battery";

export interface Person {
  readonly id: string;
  readonly handle: string;
  readonly email: string;
  readonly viewer: Viewer;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** The users subgraph alone, asked as its gateway asks it. */
export interface Users extends SignedClient {
  readonly url: string;
  readonly clock: MovableClock;
  readonly statements: Recorder;
  readonly database: TestDatabase;
  signUp(handle: string, name?: string): Promise<Person>;
  /** Starts one more replica on the same database, with other variables. */
  addReplica(env: Readonly<Record<string, string>>): Promise<SignedClient>;
  stop(): Promise<void>;
}

/**
 * @param sweepEvery milliseconds between sweeps of sessions, if not the usual ones
 * @param env more variables for its configuration
 */
export async function startUsers(
  template: Template = "users",
  sweepEvery?: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Users> {
  const database = await createTestDatabase(template);
  const clock = createMovableClock();
  const statements = createRecorder();
  const variables = {
    USERS_PORT: "0",
    USERS_DATABASE_URL: database.url,
    GATEWAY_SIGNING_KEY: signingKey,
    TOKEN_SIGNING_KEY: newTokenKey(),
    ...env,
  };
  const surroundings = {
    log: createLog("test", "silent"),
    clock,
    onStatement: statements.hear("users"),
    ...(sweepEvery !== undefined && { sweepEvery }),
  };
  const replicas: UsersSubgraph[] = [];
  async function start(more: Readonly<Record<string, string>>): Promise<string> {
    const replica = createUsersSubgraph(envToConfig({ ...variables, ...more }), surroundings);
    await replica.start();
    replicas.push(replica);
    return replica.url();
  }
  const url = await start({});
  const client = createSignedClient(`${url}/graphql`, clock);

  return {
    ...client,
    url,
    clock,
    statements,
    database,
    async signUp(handle, name = handle) {
      const email = `${handle}@example.com`;
      const { signUp } = (await client.data(
        "mutation ($input: SignUpInput!) { signUp(input: $input) { accessToken refreshToken user { id } } }",
        { input: { handle, name, email, password } },
      )) as { signUp: { accessToken: string; refreshToken: string; user: { id: string } } };
      const { accessToken, refreshToken, user } = signUp;
      const viewer: Viewer = { kind: "user", id: user.id, role: "USER", session: "a session" };
      return { id: user.id, handle, email, viewer, accessToken, refreshToken };
    },
    addReplica: async (more) => createSignedClient(`${await start(more)}/graphql`, clock),
    async stop() {
      await Promise.all(replicas.map((replica) => replica.stop()));
      await database.drop();
    },
  };
}

/** A fresh Ed25519 key as the text of a private JWK. */
export function newTokenKey(kid = "test"): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return JSON.stringify({ ...privateKey.export({ format: "jwk" }), kid, alg: "EdDSA" });
}
