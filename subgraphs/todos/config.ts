import { z } from "zod";
import { type Env, mode, oneOf, parseEnv, port, wholeNumber } from "../../runtime/env.ts";
import { type LogLevel, logLevels } from "../../runtime/log.ts";

export interface TodosConfig {
  readonly host: string;
  readonly port: number;
  readonly development: boolean;
  readonly logLevel: LogLevel;
  /** The key that the gateway signs viewers with. */
  readonly signingKey: string;
  readonly database: {
    readonly url: string;
    /** Connections at most. */
    readonly poolSize: number;
    /** Milliseconds that one statement may take. */
    readonly statementTimeout: number;
  };
}

const variables = z.object({
  NODE_ENV: mode,
  HOST: z.string().default("127.0.0.1"),
  TODOS_PORT: port(4002),
  LOG_LEVEL: oneOf(logLevels, "info"),
  GATEWAY_SIGNING_KEY: z
    .string({ error: "must be a secret of at least 32 characters" })
    .min(32, "must be a secret of at least 32 characters"),
  TODOS_DATABASE_URL: z
    .string({ error: "must be a PostgreSQL URL such as postgresql://user:password@host/todos" })
    .regex(
      /^postgres(ql)?:\/\//,
      "must be a PostgreSQL URL such as postgresql://user:password@host/todos",
    ),
  TODOS_DATABASE_POOL_SIZE: wholeNumber("a number of connections", 1, 1_000, 10),
  TODOS_STATEMENT_TIMEOUT_MS: wholeNumber("milliseconds", 10, 600_000, 5_000),
});

/** @throws ConfigError naming each wrong variable */
export function envToConfig(env: Env): TodosConfig {
  const values = parseEnv(variables, env);
  return {
    host: values.HOST,
    port: values.TODOS_PORT,
    development: values.NODE_ENV === "development",
    logLevel: values.LOG_LEVEL,
    signingKey: values.GATEWAY_SIGNING_KEY,
    database: {
      url: values.TODOS_DATABASE_URL,
      poolSize: values.TODOS_DATABASE_POOL_SIZE,
      statementTimeout: values.TODOS_STATEMENT_TIMEOUT_MS,
    },
  };
}
