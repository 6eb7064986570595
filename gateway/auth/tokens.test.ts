import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type JWTHeaderParameters, SignJWT } from "jose";
import { signatureHeader } from "../../runtime/request-signature.ts";
import { createClient } from "../../tests/harness/client.ts";
import { answerJson, createHttpDouble, type HttpDouble } from "../../tests/harness/http-double.ts";
import {
  createLibrary,
  eventually,
  type StartedGateway,
  startGateway,
} from "../../tests/harness/library.ts";
import { askerOf, signingKey } from "../../tests/harness/signed-client.ts";
import type { TinySubgraph } from "../../tests/harness/tiny-subgraph.ts";

const issuer = "urn:test:issuer";
const audience = "urn:test:audience";
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const stranger = generateKeyPairSync("ed25519").privateKey;

interface Token {
  readonly header?: Partial<JWTHeaderParameters>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly key?: KeyObject | Uint8Array;
}

/** Seconds of the test's clock, which every gateway here goes by. */
let now = Math.floor(Date.now() / 1000);
const clock = { now: () => now * 1000 };

function token({ claims = {}, header = {}, key = privateKey }: Token = {}): Promise<string> {
  return new SignJWT({
    ...{
      iss: issuer,
      aud: audience,
      sub: "ada",
      role: "ADMIN",
      sid: "s1",
      iat: now,
      exp: now + 900,
    },
    ...claims,
  })
    .setProtectedHeader({ alg: "EdDSA", kid: "one", ...header })
    .sign(key);
}

let books: TinySubgraph;
let loans: TinySubgraph;
let keys: HttpDouble;
const before = [{ kid: "one", key: publicKey }];
let published: { kid: string; key: KeyObject }[] = before;

async function start(env: Readonly<Record<string, string>> = {}): Promise<StartedGateway> {
  return startGateway(
    [books, loans],
    {
      ...env,
      GATEWAY_SIGNING_KEY: signingKey,
      JWKS_URL: `${keys.url}/keys`,
      TOKEN_ISSUER: issuer,
      TOKEN_AUDIENCE: audience,
    },
    clock,
  );
}

beforeAll(async () => {
  ({ books, loans } = await createLibrary());
  keys = await createHttpDouble((_heard, response) =>
    answerJson(response, {
      keys: published.map(({ key, kid }) => ({ ...key.export({ format: "jwk" }), kid })),
    }),
  );
});

afterAll(() => Promise.all([books, loans, keys].map((server) => server.stop())));

interface Refusal {
  readonly status: number;
  readonly code: unknown;
}

async function ask(gateway: StartedGateway, bearer: string): Promise<Refusal> {
  const { errors, status } = await createClient(`${gateway.url}/graphql`, bearer).send(
    "{ loanCount }",
  );
  return { status, code: errors?.[0]?.extensions.code };
}

const welcome: Refusal = { status: 200, code: undefined };
const invalid: Refusal = { status: 401, code: "TOKEN_INVALID" };

async function verifications(gateway: StartedGateway): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  const counts = text.matchAll(/^gateway_token_verifications_total\{.*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

test("a good token makes a signed viewer for the subgraph, and its signature is checked once", async () => {
  const gateway = await start();
  keys.heard.length = 0;
  const good = await token();
  await Promise.all([ask(gateway, good), ask(gateway, good)]);
  expect(await ask(gateway, good)).toEqual(welcome);
  expect(await verifications(gateway)).toBe(1);
  expect(keys.heard).toHaveLength(1);
  expect((await askerOf(loans.heard.at(-1), clock))?.viewer).toEqual({
    kind: "user",
    id: "ada",
    role: "ADMIN",
    session: "s1",
  });
  expect(loans.heard.at(-1)?.headers.authorization).toBeUndefined();

  now += 904;
  expect(await ask(gateway, good)).toEqual(welcome);
  now += 2;
  expect(await ask(gateway, good)).toEqual({ status: 401, code: "TOKEN_EXPIRED" });
  await gateway.stop();
});

test("S25 tokens that are forged, foreign, malformed or out of time are refused before anything runs", async () => {
  const gateway = await start();
  loans.heard.length = 0;
  const good = await token();
  const [head = "", body = "", mac = ""] = good.split(".");
  const none = Buffer.from('{"alg":"none"}').toString("base64url");
  const pem = publicKey.export({ format: "pem", type: "spki" });
  const refused: Readonly<Record<string, string>> = {
    "alg none": `${none}.${body}.`,
    "alg none with a signature": `${none}.${body}.${mac}`,
    "HS256 with the public key": await token({
      header: { alg: "HS256" },
      key: Buffer.from(pem),
    }),
    "the key of a stranger": await token({ key: stranger }),
    "another issuer": await token({ claims: { iss: "urn:evil" } }),
    "another audience": await token({ claims: { aud: "urn:other" } }),
    "not yet valid": await token({ claims: { nbf: now + 60 } }),
    "not yet valid, just beyond the leeway": await token({ claims: { nbf: now + 6 } }),
    "no expiry": await token({ claims: { exp: undefined } }),
    "no subject": await token({ claims: { sub: undefined } }),
    "an empty subject": await token({ claims: { sub: "" } }),
    "a changed body": `${head}.${body.slice(0, -2)}AA.${mac}`,
    garbage: "garbage",
    "three dots": "...",
    huge: await token({ claims: { filler: "x".repeat(10_000) } }),
  };
  for (const [what, bearer] of Object.entries(refused)) {
    expect({ what, ...(await ask(gateway, bearer)) }).toEqual({ what, ...invalid });
  }
  expect(await ask(gateway, await token({ claims: { exp: now - 6 } }))).toEqual({
    status: 401,
    code: "TOKEN_EXPIRED",
  });
  expect(await ask(gateway, await token({ claims: { exp: now - 3 } }))).toEqual(welcome);
  expect(await ask(gateway, await token({ claims: { nbf: now + 4 } }))).toEqual(welcome);
  expect(loans.heard).toHaveLength(2);

  const answer = await fetch(`${gateway.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Basic YTpi" },
    body: '{"query":"{ loanCount }"}',
  });
  expect(answer.status).toBe(401);
  expect(answer.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
  await gateway.stop();
});

test.each([
  ["nothing was read before", false],
  ["keys are known", true],
])(
  "S25 a thousand tokens with unknown key ids have the keys read once: %s",
  async (_when, warm) => {
    const gateway = await start();
    if (warm) expect(await ask(gateway, await token())).toEqual(welcome);
    keys.heard.length = 0;
    const tokens = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => token({ header: { kid: `unknown-${index}` } })),
    );
    const together = await Promise.all(tokens.slice(0, 50).map((bearer) => ask(gateway, bearer)));
    expect(together).toEqual(together.map(() => invalid));
    for (const bearer of tokens.slice(50)) expect(await ask(gateway, bearer)).toEqual(invalid);
    expect(keys.heard).toHaveLength(1);
    now += 30;
    expect(await ask(gateway, await token({ header: { kid: "unknown" } }))).toEqual(invalid);
    expect(keys.heard).toHaveLength(2);
    expect(await ask(gateway, await token())).toEqual(welcome);
    await gateway.stop();
  },
);

test("S25 an address that floods with wrong signatures gets 429 without a check; tokens that are known are served there, and other addresses", async () => {
  const gateway = await start({ TRUST_PROXY: "1" });
  const from = (address: string, bearer: string): Promise<Response> =>
    fetch(`${gateway.url}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${bearer}`,
        "x-forwarded-for": address,
      },
      body: '{"query":"{ loanCount }"}',
    });
  const known = await token();
  expect((await from("203.0.113.7", known)).status).toBe(200);
  const forged = await Promise.all(
    Array.from({ length: 150 }, (_, index) =>
      token({ key: stranger, claims: { sub: `forged ${index}` } }),
    ),
  );
  const statuses = [];
  for (const bearer of forged) statuses.push((await from("203.0.113.7", bearer)).status);
  expect(statuses).toEqual([...Array(100).fill(401), ...Array(50).fill(429)]);
  expect(await verifications(gateway)).toBe(101);

  const fresh = await token({ claims: { sub: "fresh" } });
  const refused = await from("203.0.113.7", fresh);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(10);
  const { errors } = (await refused.json()) as { errors: { extensions: unknown }[] };
  expect(errors[0]?.extensions).toEqual({
    code: "RATE_LIMITED",
    limit: "forgeries",
    maximum: 100,
    retryAfter: expect.any(Number),
  });
  expect((await from("203.0.113.7", known)).status).toBe(200);
  expect((await from("198.51.100.1", fresh)).status).toBe(200);
  // What has been seen to be good is good wherever it comes from.
  expect((await from("203.0.113.7", fresh)).status).toBe(200);
  await gateway.stop();
});

test("S26 with the issuer down known keys go on serving for a day, and a new key cannot be judged", async () => {
  const gateway = await start();
  expect(await ask(gateway, await token())).toEqual(welcome);
  await keys.stop();
  for (const hours of [1, 23]) {
    now += hours * 3_600 - 60;
    expect(await ask(gateway, await token({ claims: { sub: `after ${hours}` } }))).toEqual(welcome);
  }
  const unavailable = { status: 503, code: "KEYS_UNAVAILABLE" };
  expect(await ask(gateway, await token({ header: { kid: "two" } }))).toEqual(unavailable);
  now += 300;
  expect(await ask(gateway, await token({ claims: { sub: "too late" } }))).toEqual(unavailable);
  await keys.start();
  now += 1;
  expect(await ask(gateway, await token({ claims: { sub: "again" } }))).toEqual(welcome);
  await gateway.stop();
});

test("S26 keys that are replaced in the middle of traffic refuse nobody, and are read once for it", async () => {
  const gateway = await start();
  expect(await ask(gateway, await token())).toEqual(welcome);
  keys.heard.length = 0;
  const next = generateKeyPairSync("ec", { namedCurve: "P-256" });
  published = [{ kid: "two", key: next.publicKey }, ...before];
  const fresh = { header: { alg: "ES256", kid: "two" }, key: next.privateKey };
  const bearers = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      token({ ...(index % 2 === 0 && fresh), claims: { sub: `user ${index}` } }),
    ),
  );
  const answers = await Promise.all(bearers.map((bearer) => ask(gateway, bearer)));
  expect(answers).toEqual(answers.map(() => welcome));
  expect(keys.heard).toHaveLength(1);
  published = before;
  await gateway.stop();
});

test("S26 a token of a key that was not published yet is taken as soon as it is", async () => {
  const gateway = await start();
  const next = generateKeyPairSync("ed25519");
  const early = await token({ header: { kid: "early" }, key: next.privateKey });
  expect(await ask(gateway, early)).toEqual(invalid);
  published = [{ kid: "early", key: next.publicKey }, ...before];
  now += 300;
  expect(await ask(gateway, await token())).toEqual(welcome);
  now += 1;
  await ask(gateway, await token({ claims: { sub: "whoever has the keys read that are due" } }));
  await eventually(async () => expect(await ask(gateway, early)).toEqual(welcome));
  published = before;
  await gateway.stop();
});

test("S26 a key that its issuer withdraws ends its tokens, those that were taken before too", async () => {
  const gateway = await start();
  const stolen = await token({ claims: { exp: now + 1_000_000 } });
  expect(await ask(gateway, stolen)).toEqual(welcome);
  const next = generateKeyPairSync("ed25519");
  published = [{ kid: "two", key: next.publicKey }];
  now += 301;
  const fresh = await token({ header: { kid: "two" }, key: next.privateKey });
  expect(await ask(gateway, fresh)).toEqual(welcome);
  expect(await ask(gateway, stolen)).toEqual(invalid);
  published = before;
  await gateway.stop();
});

test("an OpenID Connect provider says itself where its keys are, and speaks for no other issuer", async () => {
  const provider = await createHttpDouble(({ path }, response) => {
    if (path.endsWith("/.well-known/openid-configuration")) {
      const jwks_uri = `${keys.url}/of-the-provider`;
      return answerJson(response, {
        issuer: path.startsWith("/a/") ? `${provider.url}/a/` : issuer,
        jwks_uri,
      });
    }
    return response.writeHead(404).end();
  });
  const startWith = (OIDC_ISSUER: string): Promise<StartedGateway> =>
    startGateway([books, loans], { OIDC_ISSUER, TOKEN_AUDIENCE: audience }, clock);
  const gateway = await startWith(`${provider.url}/a/`);
  keys.heard.length = 0;
  const claims = { iss: `${provider.url}/a/`, role: undefined, sid: undefined };
  expect(await ask(gateway, await token({ claims }))).toEqual(welcome);
  expect(keys.heard.map(({ path }) => path)).toEqual(["/of-the-provider"]);
  expect(await ask(gateway, await token())).toEqual(invalid);
  await gateway.stop();

  const liar = await startWith(`${provider.url}/b/`);
  const foreign = await token({ claims: { iss: `${provider.url}/b/` } });
  expect(await ask(liar, foreign)).toEqual({ status: 503, code: "KEYS_UNAVAILABLE" });
  await liar.stop();
  await provider.stop();
});

test.each([
  ["an error", 500, "{}"],
  ["another place", 302, ""],
  ["no JSON", 200, "<html>"],
  ["no keys", 200, '{"keys":{}}'],
  ["something huge", 200, `{"keys":[],"x":"${"x".repeat(1_100_000)}"}`],
])("S26 an issuer that answers with %s has no keys", async (_what, status, body) => {
  const broken = await createHttpDouble((_heard, response) =>
    response.writeHead(status, { location: `${keys.url}/keys` }).end(body),
  );
  const env = { JWKS_URL: `${broken.url}/keys`, TOKEN_ISSUER: issuer, TOKEN_AUDIENCE: audience };
  const gateway = await startGateway([books, loans], env, clock);
  expect(await ask(gateway, await token())).toEqual({ status: 503, code: "KEYS_UNAVAILABLE" });
  await gateway.stop();
  await broken.stop();
});

test("S26 with no key ever read a token is a retryable error, and the anonymous are served", async () => {
  await keys.stop();
  const gateway = await start();
  expect(await ask(gateway, await token())).toEqual({ status: 503, code: "KEYS_UNAVAILABLE" });
  expect(await gateway.client.data("{ loanCount }")).toEqual({ loanCount: 3 });
  await keys.start();
  now += 2;
  expect(await ask(gateway, await token())).toEqual(welcome);
  await gateway.stop();
});

test("a gateway without keys serves the anonymous and takes no token", async () => {
  const gateway = await startGateway([books, loans]);
  expect(await gateway.client.data("{ loanCount }")).toEqual({ loanCount: 3 });
  expect(await ask(gateway, await token())).toEqual(invalid);
  expect(loans.heard.at(-1)?.headers[signatureHeader]).toBeUndefined();
  await gateway.stop();
});
