import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createLibrary, type StartedGateway, startGateway } from "../harness/library.ts";
import { send, sendJson } from "../harness/send.ts";
import type { TinySubgraph } from "../harness/tiny-subgraph.ts";

let subgraphs: readonly TinySubgraph[];
let development: StartedGateway;
let production: StartedGateway;

beforeAll(async () => {
  const { books, loans } = await createLibrary();
  subgraphs = [books, loans];
  development = await startGateway(subgraphs);
  production = await startGateway(subgraphs, { NODE_ENV: "production" });
});

afterAll(async () => {
  await development.stop();
  await production.stop();
  await Promise.all(subgraphs.map((subgraph) => subgraph.stop()));
});

const guards = {
  "content-security-policy": "default-src 'none';frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

test("S38 every answer to an operation, good or bad, is stored by nobody and is no page for a browser", async () => {
  const { url } = production;
  const answers = [
    await sendJson(url, { query: "{ loanCount }" }),
    await sendJson(url, { query: "{ nothing }" }),
    await sendJson(url, { query: "{ loan(id: 1) }" }),
    await send(url, { path: "/graphql?query=%7BloanCount%7D" }),
    await send(url, { method: "POST", headers: { "content-type": "text/html" }, body: "x" }),
    await send(url, { method: "PUT" }),
  ];
  for (const { headers } of answers) {
    expect(headers).toMatchObject({ ...guards, "cache-control": "no-store" });
    expect(headers["content-type"]).toMatch(/json; charset=utf-8$/);
    expect(headers["x-powered-by"] ?? headers["server"]).toBeUndefined();
  }
});

test("probes, metrics and paths where nothing is have the same guards", async () => {
  for (const path of ["/livez", "/readyz", "/metrics", "/nothing", "/explorer"]) {
    const { headers } = await send(production.url, { path });
    expect(headers).toMatchObject({ ...guards, "x-frame-options": "DENY" });
  }
});

test("pages for developers load what they need and nothing else, and are shown in no other page", async () => {
  for (const path of ["/graphql", "/explorer", "/sandbox"]) {
    const { headers } = await send(development.url, { path, headers: { accept: "text/html" } });
    const policy = String(headers["content-security-policy"]);
    expect(policy).toMatch(/^default-src 'none'; connect-src 'self';/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline/);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
  }
});
