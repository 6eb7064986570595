import { z } from "zod";
import { type Env, mode, oneOf, parseEnv, port, redisUrl, wholeNumber } from "../../runtime/env.ts";
import { type LogLevel, logLevels } from "../../runtime/log.ts";

/** What every subgraph is told by its environment. */
export interface SubgraphConfig {
  readonly host: string;
  readonly port: number;
  readonly development: boolean;
  readonly logLevel: LogLevel;
  /** The key that the gateway signs viewers with. */
  readonly signingKey: string;
  /** What replicas have in common; without it each process remembers and counts for itself. */
  readonly redisUrl: string | undefined;
  readonly database: {
    readonly url: string;
    /** Connections at most. */
    readonly poolSize: number;
    /** Milliseconds that one statement may take. */
    readonly statementTimeout: number;
  };
  /** Whether reads are answered from the cache. */
  readonly cache: "on" | "off";
}

export interface SubgraphVariables<Own extends z.ZodRawShape> {
  /** What the names of its variables begin with: `TODOS` of `TODOS_PORT`. */
  readonly prefix: string;
  readonly defaultPort: number;
  /** Variables of this subgraph alone, by name. */
  readonly own: Own;
}

/**
 * Reads the environment of a subgraph: what all of them have, and its own variables.
 * @throws ConfigError naming each wrong variable
 */
export function readSubgraphConfig<Own extends z.ZodRawShape>(
  { defaultPort, own, prefix }: SubgraphVariables<Own>,
  env: Env,
): { readonly config: SubgraphConfig; readonly own: z.output<z.ZodObject<Own>> } {
  const names = {
    port: `${prefix}_PORT`,
    url: `${prefix}_DATABASE_URL`,
    poolSize: `${prefix}_DATABASE_POOL_SIZE`,
    statementTimeout: `${prefix}_STATEMENT_TIMEOUT_MS`,
  };
  const variables = z.object({
    ...own,
    NODE_ENV: mode,
    HOST: z.string().default("127.0.0.1"),
    LOG_LEVEL: oneOf(logLevels, "info"),
    GATEWAY_SIGNING_KEY: z
      .string({ error: "must be set to the key that the gateway signs with" })
      .min(32, "must have at least 32 characters"),
    REDIS_URL: redisUrl,
    CACHE: z.enum(["on", "off"], { error: "must be one of on, off" }).optional(),
    [names.port]: port(defaultPort),
    [names.url]: z
      .string({ error: "must be set to the URL of a PostgreSQL database" })
      .regex(/^postgres(ql)?:\/\//, "must be a URL that begins with postgres://"),
    [names.poolSize]: wholeNumber("a number of connections", 1, 1_000, 10),
    [names.statementTimeout]: wholeNumber("a time in milliseconds", 10, 600_000, 5_000),
  });
  const values = parseEnv(variables, env) as Readonly<Record<string, unknown>>;
  return {
    own: values as z.output<z.ZodObject<Own>>,
    config: {
      host: values["HOST"] as string,
      port: values[names.port] as number,
      development: values["NODE_ENV"] === "development",
      logLevel: values["LOG_LEVEL"] as LogLevel,
      signingKey: values["GATEWAY_SIGNING_KEY"] as string,
      redisUrl: values["REDIS_URL"] as string | undefined,
      database: {
        url: values[names.url] as string,
        poolSize: values[names.poolSize] as number,
        statementTimeout: values[names.statementTimeout] as number,
      },
      cache: (values["CACHE"] as OnOff) ?? (values["REDIS_URL"] === undefined ? "off" : "on"),
    },
  };
}

// Without Redis only one process of a service may cache, and nothing but an explicit `on` says that there is one.
type OnOff = "on" | "off" | undefined;
