import { expect, test } from "@jest/globals";
import { envToConfig } from "./config.ts";

test("an empty environment is a gateway for development with the repository's own supergraph", () => {
  const config = envToConfig({});
  expect(config).toMatchObject({ development: true, host: "127.0.0.1", port: 4000 });
  expect(config.supergraph.path).toMatch(/\/supergraph\.yaml$/);
  expect(config.tokens).toBeUndefined();
});

test("pages of CORS_ORIGINS may read answers, and in development those of hosted Sandbox", () => {
  const CORS_ORIGINS = "https://app.example.com, http://localhost:5173";
  const given = ["https://app.example.com", "http://localhost:5173"];
  expect(envToConfig({ CORS_ORIGINS, NODE_ENV: "production" }).corsOrigins).toEqual(given);
  expect(envToConfig({ NODE_ENV: "production" }).corsOrigins).toEqual([]);
  expect(envToConfig({ CORS_ORIGINS }).corsOrigins).toEqual([
    ...given,
    "https://studio.apollographql.com",
    "https://sandbox.embed.apollographql.com",
  ]);
});

test("subgraphs have one time unless it is said, and get no header of a client unless it is listed", () => {
  const plain = envToConfig({});
  expect(plain.requestTimeout).toBe(30_000);
  expect(plain.forwardHeaders).toEqual([]);
  expect(plain.subgraphs).toEqual({
    timeouts: { usual: 5_000, of: new Map() },
    connections: 256,
    queue: 1_000,
  });
  const given = envToConfig({
    SUBGRAPH_TIMEOUTS: "todos=2000, users=500",
    FORWARD_HEADERS: "Accept-Language, x-tenant,accept-language",
  });
  expect(Object.fromEntries(given.subgraphs.timeouts.of)).toEqual({ todos: 2_000, users: 500 });
  expect(given.forwardHeaders).toEqual(["accept-language", "x-tenant"]);
});

const notForwardable =
  "FORWARD_HEADERS: must be names of headers, separated by commas; never credentials, headers of a connection or body, or x-supergraph-*";
const notTimeouts =
  "SUBGRAPH_TIMEOUTS: must be subgraphs with their milliseconds, such as todos=2000, separated by commas";
const notOrigins =
  "CORS_ORIGINS: must be origins such as https://app.example.com, separated by commas, without a path";
const wrong: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
  [{ PORT: "70000" }, "PORT: must be a port, a whole number from 0 to 65535"],
  [{ NODE_ENV: "prod" }, "NODE_ENV: must be one of development, production, test"],
  [{ GATEWAY_ENGINE: "fast" }, "GATEWAY_ENGINE: must be one of compiled, apollo"],
  [{ SHARE_WORK: "1" }, "SHARE_WORK: must be one of on, off"],
  [{ GATEWAY_SIGNING_KEY: "short" }, "GATEWAY_SIGNING_KEY: must be at least 32 characters"],
  [{ CORS_ORIGINS: "*" }, notOrigins],
  [{ CORS_ORIGINS: "null" }, notOrigins],
  [{ CORS_ORIGINS: "https://app.example.com/" }, notOrigins],
  [{ JWKS_URL: "ftp://keys" }, "JWKS_URL: must be an http or https URL"],
  [
    { JWKS_URL: "http://keys", TOKEN_AUDIENCE: "a" },
    "TOKEN_ISSUER: must be set together with JWKS_URL, or tokens for anyone would be taken (it is not set)",
  ],
  [
    { JWKS_URL: "http://keys", TOKEN_ISSUER: "i" },
    "TOKEN_AUDIENCE: must be set together with JWKS_URL, or tokens for anyone would be taken (it is not set)",
  ],
  [
    { OIDC_ISSUER: "https://login.example.com" },
    "TOKEN_AUDIENCE: must be set together with OIDC_ISSUER, or tokens for anyone would be taken (it is not set)",
  ],
  [
    { OIDC_ISSUER: "https://login.example.com", JWKS_URL: "http://keys", TOKEN_AUDIENCE: "a" },
    "OIDC_ISSUER: says where the keys are, so JWKS_URL must not be set too",
  ],
  [{ OIDC_ISSUER: "login.example.com" }, "OIDC_ISSUER: must be an http or https URL"],
  [
    { RATE_LIMIT_POINTS: "many" },
    "RATE_LIMIT_POINTS: must be points, a whole number from 0 to 1000000000",
  ],
  [{ FORWARD_HEADERS: "accept-language,Authorization" }, notForwardable],
  [{ FORWARD_HEADERS: "x-supergraph-viewer" }, notForwardable],
  [{ SUBGRAPH_TIMEOUTS: "todos" }, notTimeouts],
  [{ SUBGRAPH_TIMEOUTS: "todos=0" }, notTimeouts],
  [{ SUBGRAPH_CONNECTIONS: "0" }, "SUBGRAPH_CONNECTIONS: must be connections, a whole number from"],
  [
    { OPERATION_LIMITS: "depths=3" },
    "OPERATION_LIMITS: must be limits such as depth=40, separated by commas, out of ",
  ],
  [{ PLANNER: "thread" }, "PLANNER: must be one of process, inline"],
  [{ PLANNER_TIMEOUT_MS: "0" }, "PLANNER_TIMEOUT_MS: must be milliseconds, a whole number from"],
  [{ PLANNER_MEMORY_MB: "1" }, "PLANNER_MEMORY_MB: must be MiB, a whole number from"],
  [{ OPERATION_STORE_MB: "0" }, "OPERATION_STORE_MB: must be MiB, a whole number from"],
  [{ CACHE: "maybe" }, "CACHE: must be one of on, off"],
  [{ ANSWER_CACHE_MB: "0" }, "ANSWER_CACHE_MB: must be MiB, a whole number from"],
  [{ STALE_ANSWER_SECONDS: "-1" }, "STALE_ANSWER_SECONDS: must be seconds, a whole number from"],
  [{ REQUEST_TIMEOUT_MS: "x" }, "REQUEST_TIMEOUT_MS: must be milliseconds, a whole number from"],
  [
    { SUBGRAPH_TIMEOUT_MS: "0" },
    "SUBGRAPH_TIMEOUT_MS: must be milliseconds, a whole number from 1 to 300000",
  ],
];

for (const [env, message] of wrong) {
  test(`${JSON.stringify(env)} stops the start with one sentence`, () => {
    expect(() => envToConfig(env)).toThrow(message);
  });
}

test("S23 only our own supergraph is served without its requirements, unless it is said otherwise", () => {
  const allowed = (env: Record<string, string>): boolean => envToConfig(env).allowUnenforced;
  expect(allowed({})).toBe(true);
  expect(allowed({ SUPERGRAPH: "other.graphql" })).toBe(false);
  expect(allowed({ GATEWAY_ALLOW_UNENFORCED: "0" })).toBe(false);
  expect(allowed({ SUPERGRAPH: "other.graphql", GATEWAY_ALLOW_UNENFORCED: "1" })).toBe(true);
});
