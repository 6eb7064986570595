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

const notOrigins =
  "CORS_ORIGINS: must be origins such as https://app.example.com, separated by commas, without a path";
const wrong: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
  [{ PORT: "70000" }, "PORT: must be a port, a whole number from 0 to 65535"],
  [{ NODE_ENV: "prod" }, "NODE_ENV: must be one of development, production, test"],
  [{ GATEWAY_ENGINE: "fast" }, "GATEWAY_ENGINE: must be one of apollo, compiled"],
  [
    { GATEWAY_ENGINE: "compiled" },
    "GATEWAY_ENGINE: compiled is not built yet; the allowed value is apollo",
  ],
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
    { SUBGRAPH_TIMEOUT_MS: "0" },
    "SUBGRAPH_TIMEOUT_MS: must be milliseconds, a whole number from 1 to 300000",
  ],
];

for (const [env, message] of wrong) {
  test(`${JSON.stringify(env)} stops the start with one sentence`, () => {
    expect(() => envToConfig(env)).toThrow(message);
  });
}
