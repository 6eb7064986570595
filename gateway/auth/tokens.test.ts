import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type JWTHeaderParameters, SignJWT } from "jose";
import { verifyViewer, viewerHeader } from "../../runtime/identity.ts";
import { createClient } from "../../tests/harness/client.ts";
import { answerJson, createHttpDouble, type HttpDouble } from "../../tests/harness/http-double.ts";
import { createLibrary, type StartedGateway, startGateway } from "../../tests/harness/library.ts";
import type { TinySubgraph } from "../../tests/harness/tiny-subgraph.ts";

const signingKey = "a key of at least thirty-two characters for tests";
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
let published: { kid: string; key: KeyObject }[] = [{ kid: "one", key: publicKey }];

async function start(): Promise<StartedGateway> {
  return startGateway(
    [books, loans],
    {
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
  const header = String(loans.heard.at(-1)?.headers[viewerHeader]);
  expect(verifyViewer(header, signingKey, clock.now())).toEqual({
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
  expect(loans.heard).toHaveLength(1);

  const answer = await fetch(`${gateway.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Basic YTpi" },
    body: '{"query":"{ loanCount }"}',
  });
  expect(answer.status).toBe(401);
  expect(answer.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
  await gateway.stop();
});

test("S25 a thousand tokens with unknown key ids have the keys read once", async () => {
  const gateway = await start();
  keys.heard.length = 0;
  const tokens = Array.from({ length: 1_000 }, (_, index) =>
    token({ header: { kid: `unknown-${index}` } }),
  );
  for (const bearer of await Promise.all(tokens))
    expect(await ask(gateway, bearer)).toEqual(invalid);
  expect(keys.heard).toHaveLength(1);
  await gateway.stop();
});

test("S26 with the issuer down known keys go on serving, and a new key is taken in one reading", async () => {
  const gateway = await start();
  expect(await ask(gateway, await token())).toEqual(welcome);
  await keys.stop();
  now += 3_600;
  expect(await ask(gateway, await token({ claims: { sub: "grace" } }))).toEqual(welcome);
  now += 3_600;
  const rotated = generateKeyPairSync("ec", { namedCurve: "P-256" });
  published = [...published, { kid: "two", key: rotated.publicKey }];
  await keys.start();
  keys.heard.length = 0;
  // jose measures its cooldown by the system's clock, so the new key comes in by the refresh that is due.
  expect(await ask(gateway, await token({ claims: { sub: "linus" } }))).toEqual(welcome);
  const fresh = { header: { alg: "ES256", kid: "two" }, key: rotated.privateKey };
  for (let attempt = 0; attempt < 20 && keys.heard.length === 0; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(await ask(gateway, await token(fresh))).toEqual(welcome);
  expect(keys.heard).toHaveLength(1);
  await gateway.stop();
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
  expect(loans.heard.at(-1)?.headers[viewerHeader]).toBeUndefined();
  await gateway.stop();
});
