import { z } from "zod";
import { type Env, mode, oneOf, parseEnv, port, wholeNumber } from "../../runtime/env.ts";
import { type LogLevel, logLevels } from "../../runtime/log.ts";

export interface ThingsConfig {
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
  THINGS_PORT: port(4999),
  LOG_LEVEL: oneOf(logLevels, "info"),
  GATEWAY_SIGNING_KEY: z
    .string({ error: "must be a secret of at least 32 characters" })
    .min(32, "must be a secret of at least 32 characters"),
  THINGS_DATABASE_URL: z
    .string({ error: "must be a PostgreSQL URL such as postgresql://user:password@host/things" })
    .regex(
      /^postgres(ql)?:\/\//,
      "must be a PostgreSQL URL such as postgresql://user:password@host/things",
    ),
  THINGS_DATABASE_POOL_SIZE: wholeNumber("a number of connections", 1, 1_000, 10),
  THINGS_STATEMENT_TIMEOUT_MS: wholeNumber("milliseconds", 10, 600_000, 5_000),
});

/** @throws ConfigError naming each wrong variable */
export function envToConfig(env: Env): ThingsConfig {
  const values = parseEnv(variables, env);
  return {
    host: values.HOST,
    port: values.THINGS_PORT,
    development: values.NODE_ENV === "development",
    logLevel: values.LOG_LEVEL,
    signingKey: values.GATEWAY_SIGNING_KEY,
    database: {
      url: values.THINGS_DATABASE_URL,
      poolSize: values.THINGS_DATABASE_POOL_SIZE,
      statementTimeout: values.THINGS_STATEMENT_TIMEOUT_MS,
    },
  };
}
