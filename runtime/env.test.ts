import { expect, test } from "@jest/globals";
import { z } from "zod";
import { ConfigError, mode, oneOf, parseEnv, port, wholeNumber } from "./env.ts";

const schema = z.object({
  PORT: port(4000),
  NODE_ENV: mode,
  LEVEL: oneOf(["low", "high"], "low"),
  POOL: wholeNumber("a number of connections", 1, 100, 10),
});

test("what is not set has its default", () => {
  expect(parseEnv(schema, {})).toEqual({
    PORT: 4000,
    NODE_ENV: "development",
    LEVEL: "low",
    POOL: 10,
  });
});

test("only production is production", () => {
  expect(parseEnv(schema, { NODE_ENV: "production" }).NODE_ENV).toBe("production");
  expect(parseEnv(schema, { NODE_ENV: "test" }).NODE_ENV).toBe("development");
});

test.each([
  [{ PORT: "http" }, "PORT: must be a port, a whole number from 0 to 65535"],
  [{ PORT: "70000" }, "PORT: must be a port, a whole number from 0 to 65535"],
  [{ LEVEL: "middle" }, "LEVEL: must be one of low, high"],
  [{ POOL: "0" }, "POOL: must be a number of connections, a whole number from 1 to 100"],
  [{ NODE_ENV: "prod" }, "NODE_ENV: must be one of development, production, test"],
])("%j is refused with the variable's name and what is allowed", (env, message) => {
  expect(() => parseEnv(schema, env)).toThrow(new ConfigError(message));
});

test("every wrong variable is named at once", () => {
  expect(() => parseEnv(schema, { PORT: "x", POOL: "y" })).toThrow(/PORT: .*; POOL: /);
});
