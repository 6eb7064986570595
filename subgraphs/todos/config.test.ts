import { expect, test } from "@jest/globals";
import { ConfigError } from "../../runtime/env.ts";
import { envToConfig } from "./config.ts";

const env = {
  GATEWAY_SIGNING_KEY: "a key of at least thirty-two characters",
  TODOS_DATABASE_URL: "postgresql://todos@127.0.0.1/todos",
};

test("two variables are enough; the rest has defaults", () => {
  expect(envToConfig(env)).toEqual({
    host: "127.0.0.1",
    port: 4002,
    development: true,
    logLevel: "info",
    signingKey: env.GATEWAY_SIGNING_KEY,
    redisUrl: undefined,
    cache: "off",
    database: { url: env.TODOS_DATABASE_URL, poolSize: 10, statementTimeout: 5_000 },
  });
});

test.each([
  ["GATEWAY_SIGNING_KEY", undefined],
  ["GATEWAY_SIGNING_KEY", "too short"],
  ["TODOS_DATABASE_URL", undefined],
  ["TODOS_DATABASE_URL", "mysql://todos"],
  ["TODOS_PORT", "65536"],
  ["TODOS_DATABASE_POOL_SIZE", "0"],
  ["TODOS_STATEMENT_TIMEOUT_MS", "soon"],
  ["REDIS_URL", "http://127.0.0.1:6379"],
  ["CACHE", "yes"],
  ["LOG_LEVEL", "loud"],
  ["NODE_ENV", "prod"],
])("a wrong %s is named", (name, value) => {
  const wrong = (): unknown => envToConfig({ ...env, [name]: value });
  expect(wrong).toThrow(ConfigError);
  expect(wrong).toThrow(name);
});

test("with Redis what is read is cached, without it only where there is said to be one process", () => {
  const redis = { ...env, REDIS_URL: "redis://127.0.0.1:6379" };
  expect(envToConfig(redis).cache).toBe("on");
  expect(envToConfig({ ...redis, CACHE: "off" }).cache).toBe("off");
  expect(envToConfig({ ...env, CACHE: "on" }).cache).toBe("on");
});
