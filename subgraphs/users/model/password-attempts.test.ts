import { afterEach, describe, expect, test } from "@jest/globals";
import { startRedis, type TestRedis } from "../../../tests/harness/redis.ts";
import { password, startUsers, type Users } from "../../../tests/harness/users-subgraph.ts";
import { withRedis } from "../../../tests/harness/with-redis.ts";

let users: Users;

afterEach(() => users.stop());

const wrong = "a password that is wrong";
const input = (email: string, given: string): string =>
  `(input: { email: ${JSON.stringify(email)}, password: ${JSON.stringify(given)} })`;

/** How the first of these attempts that failed did, all in one mutation: what comes after it is not tried. */
async function attempt(
  attempts: readonly (readonly [email: string, given: string])[],
  address: string,
): Promise<string> {
  const fields = attempts.map((one, index) => `a${index}: signIn${input(...one)} { expiresAt }`);
  const { errors } = await users.send(`mutation { ${fields.join(" ")} }`, {}, undefined, address);
  return errors?.map(({ extensions, path }) => `${extensions.code} ${path}`).join() ?? "ok";
}

/** How often a password was compared meanwhile. */
async function compared(work: () => Promise<unknown>): Promise<number> {
  const statements = await users.statements.during(work);
  return statements.filter(({ text }) => /^SELECT.*password_?hash/is.test(text)).length;
}

const times = <Value>(length: number, make: (index: number) => Value): Value[] =>
  Array.from({ length }, (_, index) => make(index));

describe("S13 of 100 aliases of signIn in one mutation at most five run", () => {
  test.each([
    ["with a wrong password", wrong, "INVALID_CREDENTIALS a0", 1],
    ["with the right one", password, "RATE_LIMITED a5", 5],
  ])("%s", async (_what, given, outcome, most) => {
    users = await startUsers();
    const { email } = await users.signUp("ada");
    const ran = await compared(async () => {
      const aliases = times(100, () => [email, given] as const);
      expect(await attempt(aliases, "203.0.113.7")).toBe(outcome);
    });
    expect(ran).toBe(most);
  });

  test("and five in a minute, however they are spread over mutations", async () => {
    users = await startUsers();
    const { email } = await users.signUp("ada");
    const ran = await compared(async () => {
      for (const index of times(20, (one) => one)) {
        const outcome = await attempt(
          times(100, () => [email, wrong] as const),
          "203.0.113.7",
        );
        expect(outcome).toBe(index < 5 ? "INVALID_CREDENTIALS a0" : "RATE_LIMITED a0");
      }
      expect(await attempt([[email, password]], "203.0.113.7")).toBe("RATE_LIMITED a0");
    });
    expect(ran).toBe(5);
  });
});

test("S13 an account in any letter case is one account, and an unknown one is counted alike", async () => {
  users = await startUsers();
  const guess = (email: string) => attempt([[email, wrong]], "203.0.113.7");
  const spellings = [
    "no@example.com",
    "No@example.com",
    "NO@EXAMPLE.COM",
    " no@example.com",
    "nO@example.com",
  ];
  for (const email of spellings) expect(await guess(email)).toBe("INVALID_CREDENTIALS a0");
  expect(await guess("no@Example.com")).toBe("RATE_LIMITED a0");
  const answer = await users.send(
    `mutation { signIn${input("no@example.com", wrong)} { expiresAt } }`,
    {},
    undefined,
    "203.0.113.7",
  );
  expect(answer.errors?.[0]?.extensions).toEqual({
    code: "RATE_LIMITED",
    limit: "attempts",
    maximum: 5,
    retryAfter: expect.any(Number),
  });
});

test("S13 whoever guesses does not keep the account's owner out, who is elsewhere", async () => {
  users = await startUsers();
  const ada = await users.signUp("ada");
  for (const _ of times(5, () => 0)) await attempt([[ada.email, wrong]], "198.51.100.1");
  expect(await attempt([[ada.email, password]], "198.51.100.1")).toBe("RATE_LIMITED a0");
  expect(await attempt([[ada.email, password]], "203.0.113.7")).toBe("ok");
});

test("S13 an address may guess at some accounts, and many addresses at one account, up to their limits", async () => {
  users = await startUsers("users", undefined, { SIGN_IN_LIMITS: "address=3,account=4" });
  const { email } = await users.signUp("ada");
  const wrongly = "INVALID_CREDENTIALS a0";
  const outcomes = [];
  for (const index of times(4, (one) => one)) {
    outcomes.push(await attempt([[`nobody${index}@example.com`, wrong]], "198.51.100.1"));
  }
  expect(outcomes).toEqual([wrongly, wrongly, wrongly, "RATE_LIMITED a0"]);
  outcomes.length = 0;
  for (const index of times(5, (one) => one)) {
    outcomes.push(await attempt([[email, wrong]], `203.0.113.${index}`));
  }
  expect(outcomes).toEqual([wrongly, wrongly, wrongly, wrongly, "RATE_LIMITED a0"]);
});

test("who signs in rightly is not counted, however often", async () => {
  users = await startUsers("users", undefined, { SIGN_IN_LIMITS: "address=2,account=2" });
  const ada = await users.signUp("ada");
  for (const _ of times(6, () => 0)) {
    expect(await attempt([[ada.email, password]], "203.0.113.7")).toBe("ok");
  }
});

test("S13 a stolen session does not help to guess the password", async () => {
  users = await startUsers();
  const ada = await users.signUp("ada");
  const change = `changePassword(input: { currentPassword: "${wrong}", newPassword: "${password}-2" }) { expiresAt }`;
  const codes = [];
  for (const _ of times(3, () => 0)) {
    codes.push(...(await users.codes(`mutation { ${change} }`, {}, ada.viewer)));
    const leave = `mutation { deleteAccount(input: { password: "${wrong}" }) { deletedId } }`;
    codes.push(...(await users.codes(leave, {}, ada.viewer)));
  }
  expect(codes).toEqual([
    ...["INVALID_CREDENTIALS changePassword", "INVALID_CREDENTIALS deleteAccount"],
    ...["INVALID_CREDENTIALS changePassword", "INVALID_CREDENTIALS deleteAccount"],
    ...["INVALID_CREDENTIALS changePassword", "RATE_LIMITED deleteAccount"],
  ]);
});

withRedis("with Redis", () => {
  let redis: TestRedis;

  test("R62 attempts are limited while Redis is gone, by each replica to its part", async () => {
    redis = await startRedis();
    const env = { REDIS_URL: redis.url, USERS_REPLICAS: "2", SIGN_IN_LIMITS: "attempts=4" };
    users = await startUsers("users", undefined, env);
    const guesses = (email: string): Promise<number> =>
      compared(async () => {
        for (const _ of times(6, () => 0)) await attempt([[email, wrong]], "203.0.113.7");
      });
    expect(await guesses("one@example.com")).toBe(4);
    const names = await redis.ask((client) => client.keys("*"));
    expect(names.length).toBeGreaterThan(0);
    expect(names.join()).not.toContain("example.com");
    await redis.kill();
    expect(await guesses("two@example.com")).toBe(2);
    await redis.stop();
  });
});
