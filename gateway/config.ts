import { join, resolve } from "node:path";
import { z } from "zod";
import {
  ConfigError,
  type Env,
  mode,
  oneOf,
  parseEnv,
  port,
  redisUrl,
  wholeNumber,
} from "../runtime/env.ts";
import { type LogLevel, logLevels } from "../runtime/log.ts";
import { projectRoot } from "../runtime/project-root.ts";
import type { KeySource } from "./auth/read-keys.ts";
import { type TrustedProxies, trustedProxiesSetting } from "./http/client-address.ts";
import type { CostLimit } from "./limits/cost.ts";
import type { Limits } from "./limits/limits.ts";
import { limitsSetting } from "./limits/read-limits.ts";
import { isForwardable } from "./upstream/forwardable.ts";

export interface GatewayConfig {
  readonly development: boolean;
  /** What runs operations: ours, or the stock execution of `@apollo/gateway`. */
  readonly engine: "compiled" | "apollo";
  /** Whether a supergraph is served that asks for checks which are not made: ours is, as its subgraphs make them too. */
  readonly allowUnenforced: boolean;
  /** A module with what `@policy` may name; undefined: the gateway's own. */
  readonly policies: string | undefined;
  /** Whether requests that ask the same at the same time are answered by the same work. */
  readonly shareWork: boolean;
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
  /** Whose word counts for where clients are. */
  readonly trustedProxies: TrustedProxies;
  /** Points of one viewer or address in so many seconds; undefined: as many as they like. */
  readonly rate: { readonly points: number; readonly seconds: number } | undefined;
  /** Gateways like this one, which divide limits when they cannot count together. */
  readonly replicas: number;
  readonly dataDir: string;
  /** What one document may ask for. */
  readonly limits: Limits;
  /** What one operation may cost, with its variables. */
  readonly cost: CostLimit & {
    /** Items that a list is taken to have when its schema does not say how many. */
    readonly listSize: number;
  };
  /** Which documents are run: any, or those that clients were built with. */
  readonly trustedDocuments:
    | { readonly mode: "off" }
    | { readonly mode: "measure" | "enforce"; readonly folder: string };
  readonly planner: {
    /** In a process of its own, or in this one. */
    readonly place: "process" | "inline";
    /** Milliseconds that it may take for one document. */
    readonly timeoutMs: number;
    /** MiB that its process may take. */
    readonly memoryMb: number;
  };
  /** What replicas have in common is kept there; without it, each has its own. */
  readonly redisUrl: string | undefined;
  /** What is kept of answers: bytes of it at most, and milliseconds for which an old copy may stand in; undefined: nothing. */
  readonly answers: { readonly bytes: number; readonly staleFor: number } | undefined;
  /** Bytes that the operations of one schema may take once they are compiled. */
  readonly storeBytes: number;
  /** Milliseconds that a request may take. */
  readonly requestTimeout: number;
  readonly subgraphs: {
    /** Milliseconds that a call may take: of most subgraphs, and of those that have their own. */
    readonly timeouts: { readonly usual: number; readonly of: ReadonlyMap<string, number> };
    /** Connections to one subgraph at most. */
    readonly connections: number;
    /** Calls that wait for one of them at most. */
    readonly queue: number;
  };
  /** Clients' headers that subgraphs get; lower-case names. */
  readonly forwardHeaders: readonly string[];
  /** Without it, requests to subgraphs go unsigned. */
  readonly signingKey: string | undefined;
  /** Without it, every viewer is anonymous. */
  readonly tokens:
    | { readonly source: KeySource; readonly issuer: string; readonly audience: string }
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
  .transform(words)
  .refine(
    (list) => list.every(isOrigin),
    "must be origins such as https://app.example.com, separated by commas, without a path",
  );

/** `todos=2000, users=500` */
const timeouts = z
  .string()
  .default("")
  .transform(words)
  .refine(
    (list) => list.every((entry) => /^[A-Za-z][\w-]*=[1-9]\d{0,5}$/.test(entry)),
    "must be subgraphs with their milliseconds, such as todos=2000, separated by commas",
  )
  .transform((list) => new Map(list.map((entry) => pair(entry))));

/** `accept-language, x-tenant` */
const forwardHeaders = z
  .string()
  .default("")
  .transform((text) => [...new Set(words(text.toLowerCase()))])
  .refine(
    (names) => names.every(isForwardable),
    "must be names of headers, separated by commas; never credentials, headers of a connection or body, or x-supergraph-*",
  );

const variables = z.object({
  NODE_ENV: mode,
  HOST: z.string().default("127.0.0.1"),
  PORT: port(4000),
  LOG_LEVEL: oneOf(logLevels, "info"),
  SUPERGRAPH: z.string().optional(),
  GATEWAY_ENGINE: oneOf(["compiled", "apollo"], "compiled"),
  GATEWAY_ALLOW_UNENFORCED: oneOf(["auto", "0", "1"], "auto"),
  GATEWAY_POLICIES: z.string().optional(),
  SHARE_WORK: oneOf(["on", "off"], "on"),
  DATA_DIR: z.string().default(".data"),
  CORS_ORIGINS: origins,
  TRUST_PROXY: trustedProxiesSetting,
  RATE_LIMIT_POINTS: wholeNumber("points", 0, 1_000_000_000, 0),
  RATE_LIMIT_SECONDS: wholeNumber("seconds", 1, 86_400, 60),
  GATEWAY_REPLICAS: wholeNumber("processes", 1, 10_000, 1),
  OPERATION_LIMITS: limitsSetting,
  OPERATION_COST: oneOf(["off", "measure", "enforce"], "enforce"),
  MAX_OPERATION_COST: wholeNumber("a cost", 1, 1_000_000_000, 100_000),
  ASSUMED_LIST_SIZE: wholeNumber("items", 0, 100_000, 10),
  TRUSTED_DOCUMENTS: oneOf(["off", "measure", "enforce"], "off"),
  TRUSTED_DOCUMENTS_DIR: z.string().optional(),
  OPERATION_STORE_MB: wholeNumber("MiB", 1, 16_384, 48),
  CACHE: oneOf(["on", "off"], "on"),
  ANSWER_CACHE_MB: wholeNumber("MiB", 1, 16_384, 64),
  STALE_ANSWER_SECONDS: wholeNumber("seconds", 0, 86_400, 300),
  PLANNER: oneOf(["process", "inline"], "process"),
  PLANNER_TIMEOUT_MS: wholeNumber("milliseconds", 10, 300_000, 5_000),
  PLANNER_MEMORY_MB: wholeNumber("MiB", 100, 16_384, 512),
  REDIS_URL: redisUrl,
  REQUEST_TIMEOUT_MS: wholeNumber("milliseconds", 1, 300_000, 30_000),
  SUBGRAPH_TIMEOUT_MS: wholeNumber("milliseconds", 1, 300_000, 5_000),
  SUBGRAPH_TIMEOUTS: timeouts,
  SUBGRAPH_CONNECTIONS: wholeNumber("connections", 1, 10_000, 256),
  SUBGRAPH_QUEUE: wholeNumber("calls", 0, 100_000, 1_000),
  FORWARD_HEADERS: forwardHeaders,
  GATEWAY_SIGNING_KEY: z.string().min(32, "must be at least 32 characters").optional(),
  JWKS_URL: z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).optional(),
  OIDC_ISSUER: z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).optional(),
  TOKEN_ISSUER: z.string().optional(),
  TOKEN_AUDIENCE: z.string().optional(),
});

/** @throws ConfigError naming the variable and what is allowed. */
export function envToConfig(env: Env): GatewayConfig {
  const read = parseEnv(variables, env);
  return {
    development: read.NODE_ENV === "development",
    engine: read.GATEWAY_ENGINE,
    allowUnenforced:
      read.GATEWAY_ALLOW_UNENFORCED === "1" ||
      (read.GATEWAY_ALLOW_UNENFORCED === "auto" && read.SUPERGRAPH === undefined),
    policies: read.GATEWAY_POLICIES && resolve(read.GATEWAY_POLICIES),
    shareWork: read.SHARE_WORK === "on",
    host: read.HOST,
    port: read.PORT,
    logLevel: read.LOG_LEVEL,
    supergraph: {
      path: resolve(read.SUPERGRAPH ?? join(projectRoot(), "supergraph.yaml")),
      env,
    },
    corsOrigins: [...read.CORS_ORIGINS, ...(read.NODE_ENV === "development" ? sandboxOrigins : [])],
    trustedProxies: read.TRUST_PROXY,
    rate:
      read.RATE_LIMIT_POINTS === 0
        ? undefined
        : { points: read.RATE_LIMIT_POINTS, seconds: read.RATE_LIMIT_SECONDS },
    replicas: read.GATEWAY_REPLICAS,
    dataDir: resolve(read.DATA_DIR),
    limits: read.OPERATION_LIMITS,
    cost: {
      mode: read.OPERATION_COST,
      maximum: read.MAX_OPERATION_COST,
      listSize: read.ASSUMED_LIST_SIZE,
    },
    trustedDocuments: readTrustedDocuments(read),
    planner: {
      place: read.PLANNER,
      timeoutMs: read.PLANNER_TIMEOUT_MS,
      memoryMb: read.PLANNER_MEMORY_MB,
    },
    storeBytes: read.OPERATION_STORE_MB * 1024 * 1024,
    redisUrl: read.REDIS_URL,
    answers:
      read.CACHE === "off"
        ? undefined
        : {
            bytes: read.ANSWER_CACHE_MB * 1024 * 1024,
            staleFor: read.STALE_ANSWER_SECONDS * 1_000,
          },
    requestTimeout: read.REQUEST_TIMEOUT_MS,
    subgraphs: {
      timeouts: { usual: read.SUBGRAPH_TIMEOUT_MS, of: read.SUBGRAPH_TIMEOUTS },
      connections: read.SUBGRAPH_CONNECTIONS,
      queue: read.SUBGRAPH_QUEUE,
    },
    forwardHeaders: read.FORWARD_HEADERS,
    signingKey: read.GATEWAY_SIGNING_KEY,
    tokens: readTokens(read),
  };
}

function readTrustedDocuments(read: z.output<typeof variables>): GatewayConfig["trustedDocuments"] {
  const { TRUSTED_DOCUMENTS: mode, TRUSTED_DOCUMENTS_DIR: folder } = read;
  if (mode === "off") return { mode };
  if (folder === undefined) {
    throw new ConfigError(
      `TRUSTED_DOCUMENTS_DIR: must be the folder of the manifests when TRUSTED_DOCUMENTS is ${mode} (it is not set)`,
    );
  }
  return { mode, folder: resolve(folder) };
}

function readTokens(read: z.output<typeof variables>): GatewayConfig["tokens"] {
  const { JWKS_URL: url, OIDC_ISSUER: oidc, TOKEN_AUDIENCE: audience, TOKEN_ISSUER } = read;
  if (url === undefined && oidc === undefined) return undefined;
  if (url !== undefined && oidc !== undefined) {
    throw new ConfigError("OIDC_ISSUER: says where the keys are, so JWKS_URL must not be set too");
  }
  const issuer = oidc ?? TOKEN_ISSUER;
  const variable = oidc === undefined ? "JWKS_URL" : "OIDC_ISSUER";
  if (issuer === undefined || audience === undefined) {
    const name = issuer === undefined ? "TOKEN_ISSUER" : "TOKEN_AUDIENCE";
    throw new ConfigError(
      `${name}: must be set together with ${variable}, or tokens for anyone would be taken (it is not set)`,
    );
  }
  const source: KeySource = url === undefined ? { kind: "oidc", issuer } : { kind: "jwks", url };
  return { source, issuer, audience };
}

function words(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

function pair(entry: string): readonly [string, number] {
  const [name = "", milliseconds] = entry.split("=");
  return [name, Number(milliseconds)];
}

function isOrigin(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return /^https?:$/.test(url?.protocol ?? "") && url?.origin === text;
}
