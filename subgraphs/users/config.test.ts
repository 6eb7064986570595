import { expect, test } from "@jest/globals";
import { ConfigError } from "../../runtime/env.ts";
import { newTokenKey } from "../../tests/harness/users-subgraph.ts";
import { envToConfig } from "./config.ts";

const complete = {
  USERS_DATABASE_URL: "postgres://127.0.0.1/users",
  GATEWAY_SIGNING_KEY: "k".repeat(32),
  TOKEN_SIGNING_KEY: newTokenKey(),
};

test("three variables are enough", () => {
  expect(envToConfig(complete)).toMatchObject({
    development: true,
    host: "127.0.0.1",
    port: 4001,
    tokenIssuer: "urn:todo-supergraph:users",
    tokenAudience: "urn:todo-supergraph",
  });
});

test.each(Object.keys(complete))("%s has no default", (name) => {
  expect(() => envToConfig({ ...complete, [name]: undefined })).toThrow(
    new RegExp(`${name}: must be set`),
  );
});

test.each([
  ["USERS_PORT", "70000"],
  ["USERS_DATABASE_URL", "mysql://127.0.0.1/users"],
  ["GATEWAY_SIGNING_KEY", "a short secret"],
  ["TOKEN_SIGNING_KEY", "a secret that is no key"],
  ["TOKEN_PUBLISHED_KEYS", "a secret that is no list"],
  ["SIGN_IN_LIMITS", "attempts=unlimited"],
  ["SIGN_UP_LIMIT", "none"],
  ["USERS_REPLICAS", "0.5"],
  ["REDIS_URL", "http://redis:6379"],
  ["USERS_STATEMENT_TIMEOUT_MS", "forever"],
  ["TODOS_EVENTS_URL", "todos:4002"],
  ["TODOS_EVENTS_URL", "ftp://todos/events"],
])("a wrong %s is named with what is allowed, never with what it holds", (name, value) => {
  let message = "";
  try {
    envToConfig({ ...complete, [name]: value });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    message = error.message;
  }
  expect(message).toMatch(new RegExp(`^${name}: must `));
  expect(message).not.toContain(value);
});
