import { z } from "zod";
import { type Env, mode, oneOf, parseEnv, port, wholeNumber } from "../../runtime/env.ts";
import { type LogLevel, logLevels } from "../../runtime/log.ts";
import { parseTokenKey, type TokenKey } from "./model/token-key.ts";

export interface UsersConfig {
  readonly development: boolean;
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  readonly databaseUrl: string;
  readonly poolSize: number;
  /** Milliseconds. */
  readonly statementTimeout: number;
  readonly gatewaySigningKey: string;
  readonly tokenKey: TokenKey;
  readonly tokenIssuer: string;
  readonly tokenAudience: string;
  /** Where todos takes events; without it they wait. */
  readonly todosEventsUrl: string | undefined;
}

const variables = z.object({
  NODE_ENV: mode,
  LOG_LEVEL: oneOf(logLevels, "info"),
  HOST: z.string().default("127.0.0.1"),
  USERS_PORT: port(4001),
  USERS_DATABASE_URL: z
    .string({ error: "must be set to the URL of a PostgreSQL database" })
    .regex(/^postgres(ql)?:\/\//, "must be a URL that begins with postgres://"),
  USERS_DATABASE_POOL_SIZE: wholeNumber("a number of connections", 1, 200, 10),
  USERS_STATEMENT_TIMEOUT_MS: wholeNumber("a time in milliseconds", 10, 60_000, 5_000),
  GATEWAY_SIGNING_KEY: z
    .string({ error: "must be set to the key that the gateway signs with" })
    .min(32, "must have at least 32 characters"),
  TOKEN_SIGNING_KEY: z
    .string({ error: "must be set to a private JWK" })
    .transform((json, context) => {
      const key = parseTokenKey(json);
      if (key !== undefined) return key;
      context.addIssue(
        "must be an Ed25519 (alg EdDSA) or P-256 (alg ES256) private JWK as JSON, with a kid",
      );
      return z.NEVER;
    }),
  TOKEN_ISSUER: z.string().default("urn:todo-supergraph:users"),
  TOKEN_AUDIENCE: z.string().default("urn:todo-supergraph"),
  TODOS_EVENTS_URL: z
    .url({
      protocol: /^https?$/,
      error: "must be an http or https URL, such as http://host:4002/events",
    })
    .optional(),
});

/** @throws ConfigError */
export function envToConfig(env: Env): UsersConfig {
  const parsed = parseEnv(variables, env);
  return {
    development: parsed.NODE_ENV === "development",
    host: parsed.HOST,
    port: parsed.USERS_PORT,
    logLevel: parsed.LOG_LEVEL,
    databaseUrl: parsed.USERS_DATABASE_URL,
    poolSize: parsed.USERS_DATABASE_POOL_SIZE,
    statementTimeout: parsed.USERS_STATEMENT_TIMEOUT_MS,
    gatewaySigningKey: parsed.GATEWAY_SIGNING_KEY,
    tokenKey: parsed.TOKEN_SIGNING_KEY,
    tokenIssuer: parsed.TOKEN_ISSUER,
    tokenAudience: parsed.TOKEN_AUDIENCE,
    todosEventsUrl: parsed.TODOS_EVENTS_URL,
  };
}
