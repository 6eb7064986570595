import { afterEach, expect, test } from "@jest/globals";
import { startRedis } from "../../../tests/harness/redis.ts";
import type { SignedClient } from "../../../tests/harness/signed-client.ts";
import { password, startUsers, type Users } from "../../../tests/harness/users-subgraph.ts";
import { withRedis } from "../../../tests/harness/with-redis.ts";

let users: Users;

afterEach(() => users.stop());

const signUp = (handle: string, email = `${handle}@example.com`, name = "A Name"): string =>
  `signUp(input: { handle: "${handle}", name: "${name}", email: "${email}", password: "${password}" }) { expiresAt }`;

/** How the first field of a mutation that failed did. */
async function outcome(
  fields: readonly string[],
  address: string,
  at: SignedClient = users,
): Promise<string> {
  const document = `mutation { ${fields.map((field, index) => `s${index}: ${field}`).join(" ")} }`;
  const { errors } = await at.send(document, {}, undefined, address);
  return errors?.map(({ extensions, path }) => `${extensions.code} ${path}`).join() ?? "ok";
}

const handles = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => signUp(`${prefix}_${index}`));

test("S13 of 100 aliases of signUp as many run as one address may have in an hour, and others sign up meanwhile", async () => {
  users = await startUsers("users", undefined, { SIGN_UP_LIMIT: "4" });
  expect(await outcome(handles("one", 100), "203.0.113.7")).toBe("RATE_LIMITED s4");
  const { users: made } = await users.data('{ users(search: "A Name") { totalCount } }');
  expect(made.totalCount).toBe(4);
  const document = `mutation { ${signUp("two")} }`;
  const { errors } = await users.send(document, {}, undefined, "203.0.113.7");
  expect(errors?.[0]?.extensions).toEqual({
    code: "RATE_LIMITED",
    limit: "signUps",
    maximum: 4,
    retryAfter: expect.any(Number),
  });
  expect(await outcome([signUp("two")], "198.51.100.1")).toBe("ok");
});

test("S13 asking who has an account counts, input that is refused does not", async () => {
  users = await startUsers("users", undefined, { SIGN_UP_LIMIT: "3" });
  const ask = (field: string): Promise<string> => outcome([field], "203.0.113.7");
  expect(await ask(signUp("ada"))).toBe("ok");
  for (let index = 0; index < 5; index += 1) {
    expect(await ask(signUp("bob", "no address"))).toBe("BAD_USER_INPUT s0");
  }
  expect(await ask(signUp("bob", "ada@example.com"))).toBe("EMAIL_TAKEN s0");
  expect(await ask(signUp("ada", "bob@example.com"))).toBe("HANDLE_TAKEN s0");
  expect(await ask(signUp("cyd", "ada@example.com"))).toBe("RATE_LIMITED s0");
});

withRedis("with Redis", () => {
  test("R62 replicas count sign-ups together, and each to its part while Redis is gone", async () => {
    const redis = await startRedis();
    const env = { REDIS_URL: redis.url, USERS_REPLICAS: "2", SIGN_UP_LIMIT: "4" };
    users = await startUsers("users", undefined, env);
    const other = await users.addReplica({});
    expect(await outcome(handles("one", 3), "203.0.113.7")).toBe("ok");
    expect(await outcome(handles("two", 3), "203.0.113.7", other)).toBe("RATE_LIMITED s1");
    await redis.kill();
    expect(await outcome(handles("three", 3), "198.51.100.1")).toBe("RATE_LIMITED s2");
    await redis.stop();
  });
});
