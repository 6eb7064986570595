import { v7 as uuid } from "uuid";
import { systemClock } from "../../runtime/clock.ts";
import type { Viewer } from "../../runtime/identity.ts";
import { createLog } from "../../runtime/log.ts";
import { envToConfig } from "../../subgraphs/users/config.ts";
import { createUsersSubgraph, type UsersSubgraph } from "../../subgraphs/users/subgraph.ts";
import { createTestDatabase } from "./databases.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import { createSignedClient, type SignedClient, signingKey } from "./signed-client.ts";
import { newTokenKey } from "./users-subgraph.ts";

/** Several replicas of users on one database, each asked as the gateway asks it. */
export interface UserReplicas {
  readonly clients: readonly SignedClient[];
  readonly statements: Recorder;
  signUp(handle: string): Promise<Extract<Viewer, { kind: "user" }>>;
  stop(): Promise<void>;
}

export async function startUserReplicas(count: number, redisUrl: string): Promise<UserReplicas> {
  const database = await createTestDatabase("users");
  const config = envToConfig({
    USERS_PORT: "0",
    USERS_DATABASE_URL: database.url,
    USERS_REPLICAS: String(count),
    GATEWAY_SIGNING_KEY: signingKey,
    TOKEN_SIGNING_KEY: newTokenKey(),
    REDIS_URL: redisUrl,
  });
  const log = createLog("test", "silent");
  const statements = createRecorder();
  const replicas: UsersSubgraph[] = [];
  for (let index = 0; index < count; index++) {
    const replica = createUsersSubgraph(config, { log, onStatement: statements.hear("users") });
    await replica.start();
    replicas.push(replica);
  }
  const clients = replicas.map((one) => createSignedClient(`${one.url()}/graphql`, systemClock));
  return {
    clients,
    statements,
    async signUp(handle) {
      const input = {
        handle,
        name: "0",
        email: `${uuid()}@example.com`,
        password: "a long password",
      };
      const { signUp } = await (clients[0] as SignedClient).data(
        "mutation ($input: SignUpInput!) { signUp(input: $input) { user { id } } }",
        { input },
      );
      return { kind: "user", id: signUp.user.id, role: "USER", session: "a session" };
    },
    async stop() {
      await Promise.all(replicas.map((replica) => replica.stop()));
      await database.drop();
    },
  };
}
