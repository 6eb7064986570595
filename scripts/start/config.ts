import { resolve } from "node:path";
import { z } from "zod";
import { type Env, mode, oneOf, parseEnv, port } from "../../runtime/env.ts";
import { type LogLevel, logLevels } from "../../runtime/log.ts";
import { databaseUrl } from "../postgres/check-database.ts";

export type Subgraph = "users" | "todos";

export interface StartConfig {
  readonly mode: "development" | "production";
  /** Absolute. */
  readonly dataDir: string;
  /** Where the gateway listens; the subgraphs listen on loopback, as only the gateway talks to them. */
  readonly host: string;
  readonly ports: Readonly<Record<Subgraph | "gateway", number>>;
  /** Databases that are given; the embedded PostgreSQL has the others. */
  readonly databases: Readonly<Partial<Record<Subgraph, string>>>;
  readonly logLevel: LogLevel;
  readonly secrets: Readonly<Partial<Record<SecretName, string>>>;
  /** What the children inherit: everything but secrets. */
  readonly inherited: Env;
}

export type SecretName = "GATEWAY_SIGNING_KEY" | "TOKEN_SIGNING_KEY";

const needed = "is needed in production: no secret has a default there";

/** @throws ConfigError */
export function envToConfig(env: Env): StartConfig {
  const secret = z.string();
  const schema = z.object({
    NODE_ENV: mode,
    DATA_DIR: z.string().default(".data"),
    HOST: z.string().default("127.0.0.1"),
    PORT: port(4000),
    USERS_PORT: port(4001),
    TODOS_PORT: port(4002),
    LOG_LEVEL: oneOf(logLevels, "info"),
    USERS_DATABASE_URL: databaseUrl.optional(),
    TODOS_DATABASE_URL: databaseUrl.optional(),
    GATEWAY_SIGNING_KEY: secret.optional(),
    TOKEN_SIGNING_KEY: secret.optional(),
  });
  if (env["NODE_ENV"] === "production") {
    const given = z.string({ error: needed });
    parseEnv(
      z.object({
        USERS_DATABASE_URL: given,
        TODOS_DATABASE_URL: given,
        GATEWAY_SIGNING_KEY: given,
        TOKEN_SIGNING_KEY: given,
      }),
      env,
    );
  }
  const parsed = parseEnv(schema, env);
  const {
    USERS_DATABASE_URL,
    TODOS_DATABASE_URL,
    GATEWAY_SIGNING_KEY,
    TOKEN_SIGNING_KEY,
    ...inherited
  } = env;
  return {
    mode: parsed.NODE_ENV,
    dataDir: resolve(parsed.DATA_DIR),
    host: parsed.HOST,
    ports: { gateway: parsed.PORT, users: parsed.USERS_PORT, todos: parsed.TODOS_PORT },
    databases: {
      ...(USERS_DATABASE_URL === undefined ? {} : { users: USERS_DATABASE_URL }),
      ...(TODOS_DATABASE_URL === undefined ? {} : { todos: TODOS_DATABASE_URL }),
    },
    logLevel: parsed.LOG_LEVEL,
    secrets: {
      ...(GATEWAY_SIGNING_KEY === undefined ? {} : { GATEWAY_SIGNING_KEY }),
      ...(TOKEN_SIGNING_KEY === undefined ? {} : { TOKEN_SIGNING_KEY }),
    },
    inherited,
  };
}
