import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { createLibrary, type StartedGateway, startGateway } from "../../tests/harness/library.ts";
import { send } from "../../tests/harness/send.ts";
import type { TinySubgraph } from "../../tests/harness/tiny-subgraph.ts";

const app = "https://app.example.com";
let books: TinySubgraph;
let loans: TinySubgraph;
let one: StartedGateway;

beforeAll(async () => {
  ({ books, loans } = await createLibrary());
  one = await startGateway([books, loans], { NODE_ENV: "production", CORS_ORIGINS: app });
});

beforeEach(() => {
  books.heard.length = 0;
  loans.heard.length = 0;
});

afterAll(async () => {
  await one.stop();
  await Promise.all([books.stop(), loans.stop()]);
});

type Headers = Readonly<Record<string, string>>;

const query = "/graphql?query=%7BloanCount%7D";

const passing: readonly (readonly [string, Headers])[] = [
  ["no header at all, as curl and servers send", {}],
  ["the page of this origin", { "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" }],
  ["the address bar", { "sec-fetch-site": "none", "sec-fetch-mode": "navigate" }],
  [
    "a page of a granted origin",
    { origin: app, "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" },
  ],
  [
    "a page that asked with a preflight",
    { "sec-fetch-site": "cross-site", "apollo-require-preflight": "1" },
  ],
  ["Apollo's older clients", { "sec-fetch-site": "cross-site", "x-apollo-operation-name": "A" }],
  ["a type that needs a preflight", { "content-type": "application/json; charset=utf-8" }],
];

for (const [who, headers] of passing) {
  test(`S18 a GET from ${who} is answered`, async () => {
    const answer = await send(one.url, { path: query, headers });
    expect(answer).toMatchObject({ status: 200, body: '{"data":{"loanCount":3}}' });
  });
}

const refused: readonly (readonly [string, number, Parameters<typeof send>[1]])[] = [
  ["a GET of text/plain", 400, { path: query, headers: { "content-type": "text/plain" } }],
  [
    "a GET of multipart/form-data",
    400,
    { path: query, headers: { "content-type": "Multipart/Form-Data; boundary=a" } },
  ],
  [
    "a form by POST",
    415,
    {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "query={loanCount}",
    },
  ],
  [
    "JSON that calls itself text/plain",
    415,
    {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: '{"query":"{ loanCount }"}',
    },
  ],
  ["a POST of no type", 415, { method: "POST", body: '{"query":"{ loanCount }"}' }],
  [
    "a mutation by GET",
    405,
    { path: "/graphql?query=mutation%7Blend(id:1)%7Bid%7D%7D", headers: {} },
  ],
  [
    "a foreign page's image",
    400,
    { path: query, headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" } },
  ],
  [
    "a foreign page's link",
    400,
    { path: query, headers: { "sec-fetch-site": "same-site", "sec-fetch-mode": "navigate" } },
  ],
  [
    "a form of a granted origin",
    400,
    {
      path: query,
      headers: { origin: app, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
    },
  ],
  [
    "a foreign page's fetch",
    400,
    {
      path: query,
      headers: {
        origin: "https://evil.example",
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "cors",
      },
    },
  ],
  [
    "a sandboxed frame's fetch",
    400,
    { path: query, headers: { origin: "null", "sec-fetch-site": "cross-site" } },
  ],
];

for (const [what, status, request] of refused) {
  test(`S18 ${what} is refused with ${status}, and nothing is executed`, async () => {
    const answer = await send(one.url, request);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({
      errors: [{ extensions: { code: "BAD_REQUEST" } }],
    });
    expect([...books.heard, ...loans.heard]).toEqual([]);
  });
}
