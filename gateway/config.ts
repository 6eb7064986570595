import { join, resolve } from "node:path";
import { z } from "zod";
import { ConfigError, type Env, mode, oneOf, parseEnv, port, wholeNumber } from "../runtime/env.ts";
import { type LogLevel, logLevels } from "../runtime/log.ts";
import { projectRoot } from "../runtime/project-root.ts";

export interface GatewayConfig {
  readonly development: boolean;
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  readonly supergraph: {
    /** A composed SDL, or a `supergraph.yaml`. */
    readonly path: string;
    /** Values for `${env.NAME}` in its URLs. */
    readonly env: Env;
  };
  /** Origins whose pages may read answers; in development hosted Sandbox too. */
  readonly corsOrigins: readonly string[];
  readonly dataDir: string;
  /** Milliseconds that a subgraph may take for one call. */
  readonly subgraphTimeout: number;
  /** Without it, requests to subgraphs go unsigned. */
  readonly signingKey: string | undefined;
  /** Without it, every viewer is anonymous. */
  readonly tokens:
    | { readonly jwksUrl: string; readonly issuer: string; readonly audience: string }
    | undefined;
}

/** Where Apollo Sandbox runs: on its own site, and in the frame that `/sandbox` embeds. */
const sandboxOrigins = [
  "https://studio.apollographql.com",
  "https://sandbox.embed.apollographql.com",
];

/** `https://a.example.com, http://localhost:5173` */
const origins = z
  .string()
  .default("")
  .transform((text) => text.split(/[\s,]+/).filter(Boolean))
  .refine(
    (list) => list.every(isOrigin),
    "must be origins such as https://app.example.com, separated by commas, without a path",
  );

const variables = z.object({
  NODE_ENV: mode,
  HOST: z.string().default("127.0.0.1"),
  PORT: port(4000),
  LOG_LEVEL: oneOf(logLevels, "info"),
  SUPERGRAPH: z.string().optional(),
  GATEWAY_ENGINE: oneOf(["apollo", "compiled"], "apollo"),
  DATA_DIR: z.string().default(".data"),
  CORS_ORIGINS: origins,
  SUBGRAPH_TIMEOUT_MS: wholeNumber("milliseconds", 1, 300_000, 5_000),
  GATEWAY_SIGNING_KEY: z.string().min(32, "must be at least 32 characters").optional(),
  JWKS_URL: z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).optional(),
  TOKEN_ISSUER: z.string().optional(),
  TOKEN_AUDIENCE: z.string().optional(),
});

/** @throws ConfigError naming the variable and what is allowed. */
export function envToConfig(env: Env): GatewayConfig {
  const read = parseEnv(variables, env);
  if (read.GATEWAY_ENGINE === "compiled") {
    throw new ConfigError("GATEWAY_ENGINE: compiled is not built yet; the allowed value is apollo");
  }
  return {
    development: read.NODE_ENV === "development",
    host: read.HOST,
    port: read.PORT,
    logLevel: read.LOG_LEVEL,
    supergraph: {
      path: resolve(read.SUPERGRAPH ?? join(projectRoot(), "supergraph.yaml")),
      env,
    },
    corsOrigins: [...read.CORS_ORIGINS, ...(read.NODE_ENV === "development" ? sandboxOrigins : [])],
    dataDir: resolve(read.DATA_DIR),
    subgraphTimeout: read.SUBGRAPH_TIMEOUT_MS,
    signingKey: read.GATEWAY_SIGNING_KEY,
    tokens: readTokens(read),
  };
}

function readTokens(read: z.output<typeof variables>): GatewayConfig["tokens"] {
  const { JWKS_URL: jwksUrl, TOKEN_AUDIENCE: audience, TOKEN_ISSUER: issuer } = read;
  if (jwksUrl === undefined) return undefined;
  if (issuer === undefined || audience === undefined) {
    const name = issuer === undefined ? "TOKEN_ISSUER" : "TOKEN_AUDIENCE";
    throw new ConfigError(
      `${name}: must be set together with JWKS_URL, or tokens for anyone would be taken (it is not set)`,
    );
  }
  return { jwksUrl, issuer, audience };
}

function isOrigin(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return /^https?:$/.test(url?.protocol ?? "") && url?.origin === text;
}
