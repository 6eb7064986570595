import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import pg from "pg";
import type { SignedClient } from "../../../tests/harness/signed-client.ts";
import {
  newTokenKey,
  type Person,
  password,
  startUsers,
  type Users,
} from "../../../tests/harness/users-subgraph.ts";

let users: Users;

beforeAll(async () => {
  users = await startUsers();
});

afterAll(() => users.stop());

const minute = 60_000;
const day = 24 * 60 * minute;

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: string;
}

const refreshing =
  "mutation ($token: String!) { refreshSession(refreshToken: $token) { accessToken refreshToken expiresAt } }";

async function refresh(token: string): Promise<Tokens> {
  return (await users.data(refreshing, { token })).refreshSession;
}

const ended = (token: string): Promise<readonly string[]> => users.codes(refreshing, { token });
const sessionEnded = ["SESSION_ENDED refreshSession"];

async function signIn(person: Person, given: string = password): Promise<Tokens> {
  const document =
    "mutation ($input: SignInInput!) { signIn(input: $input) { accessToken refreshToken expiresAt } }";
  return (await users.data(document, { input: { email: person.email, password: given } })).signIn;
}

test("an access token is signed by the published key and says who, until when and for whom", async () => {
  const person = await users.signUp("claims");
  const { accessToken, expiresAt } = await signIn(person);
  const response = await fetch(`${users.url}/.well-known/jwks.json`);
  const { payload } = await jwtVerify(
    accessToken,
    createLocalJWKSet((await response.json()) as JSONWebKeySet),
    {
      issuer: "urn:todo-supergraph:users",
      audience: "urn:todo-supergraph",
      currentDate: new Date(users.clock.now()),
    },
  );
  const now = users.clock.now() / 1000;
  expect(payload).toEqual({
    iss: "urn:todo-supergraph:users",
    aud: "urn:todo-supergraph",
    sub: person.id,
    sid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    role: "USER",
    iat: now,
    exp: now + 15 * 60,
  });
  expect(decodeProtectedHeader(accessToken)).toMatchObject({ alg: "EdDSA", kid: "test" });
  expect(Date.parse(expiresAt)).toBe((now + 15 * 60) * 1000);
});

test("signing in needs the password of the address, in whatever letter case it is", async () => {
  const person = await users.signUp("caseless");
  await signIn({ ...person, email: "CaseLess@EXAMPLE.com" });
  const document = "mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }";
  const attempt = (email: string, given: string): Promise<readonly string[]> =>
    users.codes(document, { input: { email, password: given } });
  const refusal = ["INVALID_CREDENTIALS signIn"];
  expect(await attempt(person.email, "correct-horse-batterY")).toEqual(refusal);
  expect(await attempt(person.email, "")).toEqual(refusal);
  expect(await attempt("nobody@example.com", password)).toEqual(refusal);
  expect(await attempt("nobody", password)).toEqual(["BAD_USER_INPUT signIn"]);
  expect(await attempt(person.email, "x".repeat(100_000))).toEqual(["BAD_USER_INPUT signIn"]);
});

test("signing in takes the same time and statements for unknown accounts as for wrong passwords", async () => {
  const person = await users.signUp("timed");
  const document = "mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }";
  async function fastest(email: string): Promise<{ milliseconds: number; texts: string[] }> {
    let milliseconds = Number.POSITIVE_INFINITY;
    let texts: string[] = [];
    for (let round = 0; round < 4; round++) {
      const statements = await users.statements.during(async () => {
        const began = performance.now();
        await users.send(document, { input: { email, password: "a wrong password" } });
        milliseconds = Math.min(milliseconds, performance.now() - began);
      });
      texts = statements.map(({ text }) => text);
    }
    return { milliseconds, texts };
  }
  const known = await fastest(person.email);
  const unknown = await fastest("nobody-at-all@example.com");
  expect(unknown.texts).toEqual(known.texts);
  // Without the work on a password it would be a tenth.
  expect(unknown.milliseconds).toBeGreaterThan(known.milliseconds / 2);
  expect(unknown.milliseconds).toBeLessThan(known.milliseconds * 2);
});

test("the database holds hashes, never a token or a password", async () => {
  const person = await users.signUp("hashed");
  const { refreshToken } = await refresh(person.refreshToken);
  const client = new pg.Client({ connectionString: users.database.url });
  await client.connect();
  const { rows } = await client.query(
    "SELECT to_jsonb(u) u, to_jsonb(s) s, to_jsonb(t) t FROM users u JOIN sessions s ON s.user_id = u.id JOIN refresh_tokens t ON t.session_id = s.id",
  );
  await client.end();
  const text = JSON.stringify(rows);
  for (const secret of [refreshToken, person.refreshToken]) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(Buffer.from(secret).toString("hex"));
    expect(text).not.toContain(Buffer.from(secret, "base64url").toString("hex"));
  }
  expect(text).not.toContain(password);
});

test("each use gives the next token, and a new access token of the same session", async () => {
  const person = await users.signUp("renewed");
  const tokens = [person.refreshToken];
  for (let use = 0; use < 3; use++) {
    users.clock.pass(10 * minute);
    const { refreshToken, expiresAt } = await refresh(tokens.at(-1) ?? "");
    expect(Date.parse(expiresAt)).toBe(users.clock.now() + 15 * minute);
    tokens.push(refreshToken);
  }
  expect(new Set(tokens).size).toBe(4);
});

test("parallel refreshes give one successor", async () => {
  const person = await users.signUp("parallel");
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(person.refreshToken)));
  const successors = new Set(answers.map(({ refreshToken }) => refreshToken));
  expect(successors.size).toBe(1);
  const [successor = ""] = successors;
  expect((await refresh(successor)).refreshToken).not.toBe(successor);
});

test("the previous token gives the same successor for 10 seconds, then it ends the session", async () => {
  const person = await users.signUp("graceful");
  const { refreshToken } = await refresh(person.refreshToken);
  users.clock.pass(10_000);
  expect((await refresh(person.refreshToken)).refreshToken).toBe(refreshToken);
  users.clock.pass(1);
  expect(await ended(person.refreshToken)).toEqual(sessionEnded);
  expect(await ended(refreshToken)).toEqual(sessionEnded);
});

test("S26 while the key of tokens is replaced, a token that comes again at a replica with the new key gives the same successor", async () => {
  const [last, next] = [newTokenKey("last"), newTokenKey("next")];
  const changing = await startUsers("users", undefined, {
    TOKEN_SIGNING_KEY: last,
    TOKEN_PUBLISHED_KEYS: `[${next}]`,
  });
  const changed = await changing.addReplica({
    TOKEN_SIGNING_KEY: next,
    TOKEN_PUBLISHED_KEYS: `[${last}]`,
  });
  const { refreshToken: first } = await changing.signUp("between");
  const at = async (replica: SignedClient, token: string): Promise<Tokens> =>
    (await replica.data(refreshing, { token })).refreshSession;
  const answer = await at(changing, first);
  const again = await at(changed, first);
  expect(again.refreshToken).toBe(answer.refreshToken);
  expect(decodeProtectedHeader(answer.accessToken).kid).toBe("last");
  expect(decodeProtectedHeader(again.accessToken).kid).toBe("next");
  const later = await at(changed, answer.refreshToken);
  changing.clock.pass(10_000);
  expect((await at(changing, answer.refreshToken)).refreshToken).toBe(later.refreshToken);
  await at(changing, later.refreshToken);
  await changing.stop();
});

test("an older token ends the session at once, with every token of it, and no other session", async () => {
  const person = await users.signUp("reused");
  const other = await signIn(person);
  const second = await refresh(person.refreshToken);
  const third = await refresh(second.refreshToken);
  expect(await ended(person.refreshToken)).toEqual(sessionEnded);
  expect(await ended(second.refreshToken)).toEqual(sessionEnded);
  expect(await ended(third.refreshToken)).toEqual(sessionEnded);
  await refresh(other.refreshToken);
});

test("a session lasts 30 days from its last use", async () => {
  const person = await users.signUp("lasting");
  users.clock.pass(30 * day - 1);
  const { refreshToken } = await refresh(person.refreshToken);
  users.clock.pass(30 * day - 1);
  const next = await refresh(refreshToken);
  users.clock.pass(30 * day);
  expect(await ended(next.refreshToken)).toEqual(sessionEnded);
});

test.each(["", "x", "x".repeat(43), "x".repeat(100_000), "a\0b", "🙂", "' OR 1=1 --"])(
  "a text that is no token of ours is refused (%#)",
  async (token) => {
    expect(await ended(token)).toEqual(sessionEnded);
  },
);

const signOut = "mutation ($token: String!) { signOut(refreshToken: $token) { ended } }";

test("signing out ends one session, once", async () => {
  const person = await users.signUp("leaving");
  const other = await signIn(person);
  const out = async (token: string): Promise<number> =>
    (await users.data(signOut, { token })).signOut.ended;
  expect(await out(person.refreshToken)).toBe(1);
  expect(await out(person.refreshToken)).toBe(0);
  expect(await out("no token")).toBe(0);
  expect(await ended(person.refreshToken)).toEqual(sessionEnded);
  await refresh(other.refreshToken);
});

test("a token that was used signs its session out", async () => {
  const person = await users.signUp("leavinglate");
  const { refreshToken } = await refresh(person.refreshToken);
  expect(await users.data(signOut, { token: person.refreshToken })).toEqual({
    signOut: { ended: 1 },
  });
  expect(await ended(refreshToken)).toEqual(sessionEnded);
});

test("signing out everywhere ends all sessions of the viewer, and of nobody else", async () => {
  const person = await users.signUp("everywhere");
  const other = await users.signUp("elsewhere");
  const second = await signIn(person);
  const everywhere = "mutation { signOutEverywhere { ended } }";
  expect(await users.codes(everywhere)).toEqual(["UNAUTHENTICATED signOutEverywhere"]);
  const { signOutEverywhere } = await users.data(everywhere, {}, person.viewer);
  expect(signOutEverywhere.ended).toBe(2);
  expect(await ended(person.refreshToken)).toEqual(sessionEnded);
  expect(await ended(second.refreshToken)).toEqual(sessionEnded);
  await refresh(other.refreshToken);
});

test("a session of an account that is gone has ended", async () => {
  const person = await users.signUp("gone");
  const client = new pg.Client({ connectionString: users.database.url });
  await client.connect();
  await client.query("DELETE FROM users WHERE id = $1", [person.id]);
  await client.end();
  expect(await ended(person.refreshToken)).toEqual(sessionEnded);
  expect(await users.data("{ me { id } }", {}, person.viewer)).toEqual({ me: null });
  const renaming = 'mutation { updateProfile(input: { name: "Ghost" }) { user { id } } }';
  expect(await users.codes(renaming, {}, person.viewer)).toEqual(["UNAUTHENTICATED updateProfile"]);
});
