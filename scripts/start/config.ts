import { resolve } from "node:path";
import { z } from "zod";
import { type Env, mode, oneOf, parseEnv, port } from "../../runtime/env.ts";
import { type LogLevel, logLevels } from "../../runtime/log.ts";
import { databaseUrl } from "../postgres/check-database.ts";
import type { OwnSubgraph } from "../project/own-subgraphs.ts";

export interface StartConfig {
  readonly mode: "development" | "production";
  /** Absolute. */
  readonly dataDir: string;
  /** Where the gateway listens; the subgraphs listen on loopback, as only the gateway talks to them. */
  readonly host: string;
  /** Of the gateway. */
  readonly port: number;
  readonly subgraphs: readonly SubgraphSettings[];
  readonly logLevel: LogLevel;
  readonly secrets: Readonly<Partial<Record<SecretName, string>>>;
  /** What the children inherit: everything but secrets. */
  readonly inherited: Env;
}

export interface SubgraphSettings extends OwnSubgraph {
  /** Undefined: the embedded PostgreSQL has its database. */
  readonly databaseUrl: string | undefined;
}

export type SecretName = "GATEWAY_SIGNING_KEY" | "TOKEN_SIGNING_KEY";

const needed = "is needed in production: no secret has a default there";

/** @throws ConfigError */
export function envToConfig(env: Env, own: readonly OwnSubgraph[]): StartConfig {
  const production = env["NODE_ENV"] === "production";
  const secret = production ? z.string({ error: needed }) : z.string().optional();
  const schema = z.object({
    NODE_ENV: mode,
    DATA_DIR: z.string().default(".data"),
    HOST: z.string().default("127.0.0.1"),
    PORT: port(4000),
    LOG_LEVEL: oneOf(logLevels, "info"),
    GATEWAY_SIGNING_KEY: secret,
    TOKEN_SIGNING_KEY: secret,
  });
  const parsed = parseEnv(schema, env);
  const { GATEWAY_SIGNING_KEY, TOKEN_SIGNING_KEY } = parsed;
  const hidden = new Set([
    ...["GATEWAY_SIGNING_KEY", "TOKEN_SIGNING_KEY"],
    ...own.map(({ variables }) => variables.databaseUrl),
  ]);
  return {
    mode: parsed.NODE_ENV,
    dataDir: resolve(parsed.DATA_DIR),
    host: parsed.HOST,
    port: parsed.PORT,
    subgraphs: own.map((one) => readSettings(one, env, production)),
    logLevel: parsed.LOG_LEVEL,
    secrets: {
      ...(GATEWAY_SIGNING_KEY === undefined ? {} : { GATEWAY_SIGNING_KEY }),
      ...(TOKEN_SIGNING_KEY === undefined ? {} : { TOKEN_SIGNING_KEY }),
    },
    inherited: Object.fromEntries(Object.entries(env).filter(([name]) => !hidden.has(name))),
  };
}

function readSettings(own: OwnSubgraph, env: Env, production: boolean): SubgraphSettings {
  const { variables } = own;
  const missing = production && env[variables.databaseUrl] === undefined;
  const schema = z.object({
    [variables.port]: port(own.port),
    [variables.databaseUrl]: missing ? z.string({ error: needed }) : databaseUrl.optional(),
  });
  const parsed = parseEnv(schema, env);
  return {
    ...own,
    port: parsed[variables.port] as number,
    databaseUrl: parsed[variables.databaseUrl] as string | undefined,
  };
}
