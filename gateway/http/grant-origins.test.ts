import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createLibrary, type StartedGateway, startGateway } from "../../tests/harness/library.ts";
import { type Sent, send, sendJson } from "../../tests/harness/send.ts";
import type { TinySubgraph } from "../../tests/harness/tiny-subgraph.ts";

const app = "https://app.example.com";
const sandboxes = ["https://studio.apollographql.com", "https://sandbox.embed.apollographql.com"];
let books: TinySubgraph;
let loans: TinySubgraph;
let production: StartedGateway;
let development: StartedGateway;

beforeAll(async () => {
  ({ books, loans } = await createLibrary());
  const CORS_ORIGINS = `${app}, http://localhost:5173`;
  production = await startGateway([books, loans], { NODE_ENV: "production", CORS_ORIGINS });
  development = await startGateway([books, loans]);
});

afterAll(async () => {
  await Promise.all([production.stop(), development.stop()]);
  await Promise.all([books.stop(), loans.stop()]);
});

function preflight(to: StartedGateway, origin: string, more = {}): Promise<Sent> {
  const headers = {
    origin,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type",
    ...more,
  };
  return send(to.url, { method: "OPTIONS", headers });
}

function grants({ headers }: Sent): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith("access-control")),
  );
}

test("a page of a configured origin may ask and read, with any header and no cookie", async () => {
  const asked = await preflight(production, app);
  expect(asked.status).toBe(204);
  expect(grants(asked)).toEqual({
    "access-control-allow-origin": app,
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "authorization,content-type",
    "access-control-expose-headers":
      "x-request-id, www-authenticate, ratelimit, ratelimit-policy, retry-after",
    "access-control-max-age": "86400",
  });
  const answer = await sendJson(production.url, { query: "{ loanCount }" }, { origin: app });
  expect(answer.body).toContain("3");
  expect(answer.headers["access-control-allow-origin"]).toBe(app);
  expect(answer.headers.vary).toBe("Origin");
  const failed = await sendJson(production.url, { query: "{ nothing }" }, { origin: app });
  expect(failed.headers["access-control-allow-origin"]).toBe(app);
  const unread = await send(production.url, {
    method: "POST",
    body: "a",
    headers: { origin: app },
  });
  expect([unread.status, unread.headers["access-control-allow-origin"]]).toEqual([415, app]);
});

test("S19 a foreign origin, and `null`, are granted nothing, with or without a preflight", async () => {
  const strangers = ["https://evil.example", "null", `${app}.evil.example`, `${app}:8443`];
  for (const origin of [...strangers, ...sandboxes]) {
    const credentials = { cookie: "a=b", authorization: "Bearer a" };
    const answers = [
      await preflight(production, origin, credentials),
      await preflight(production, origin, { "access-control-request-private-network": "true" }),
      await sendJson(production.url, { query: "{ loanCount }" }, { origin }),
    ];
    expect(answers.map(grants)).toEqual([{}, {}, {}]);
  }
  expect(grants(await preflight(development, "null"))).toEqual({});
});

test("in development hosted Sandbox may ask, also a machine in its private network", async () => {
  for (const origin of sandboxes) {
    const asked = await preflight(development, origin, {
      "access-control-request-private-network": "true",
    });
    expect(asked.status).toBe(204);
    expect(grants(asked)).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-private-network": "true",
    });
    expect(grants(await preflight(development, origin))).not.toHaveProperty(
      "access-control-allow-private-network",
    );
  }
  const asked = await preflight(production, app, {
    "access-control-request-private-network": "true",
  });
  expect(grants(asked)).not.toHaveProperty("access-control-allow-private-network");
});

test("preflights are not counted as requests, and probes know of no origin", async () => {
  const metrics = await send(production.url, { path: "/metrics", headers: { origin: app } });
  expect(metrics.body).not.toMatch(/gateway_requests_total\{status="20[14]",operation="none"/);
  expect(grants(metrics)).toEqual({});
});
