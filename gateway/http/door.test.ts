import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createLibrary, type StartedGateway, startGateway } from "../../tests/harness/library.ts";
import { type Sent, send, sendJson } from "../../tests/harness/send.ts";
import type { TinySubgraph } from "../../tests/harness/tiny-subgraph.ts";

const current = "application/graphql-response+json";
const legacy = "application/json";
let books: TinySubgraph;
let loans: TinySubgraph;
let one: StartedGateway;

beforeAll(async () => {
  ({ books, loans } = await createLibrary());
  one = await startGateway([books, loans], { NODE_ENV: "production" });
});

afterAll(async () => {
  await one.stop();
  await Promise.all([books.stop(), loans.stop()]);
});

function ask(query: string, accept?: string, more: Readonly<Record<string, string>> = {}) {
  return sendJson(one.url, { query }, { ...(accept !== undefined && { accept }), ...more });
}

function shape({ body, headers, status }: Sent): readonly [number, string, string | undefined] {
  const { errors } = JSON.parse(body) as { errors?: { extensions: { code: string } }[] };
  return [status, headers["content-type"] ?? "", errors?.[0]?.extensions.code];
}

const utf8 = "; charset=utf-8";
const types: readonly (readonly [string | undefined, string, number])[] = [
  [undefined, legacy, 400],
  ["*/*", legacy, 400],
  [current, current, 400],
  [legacy, legacy, 200],
  [`${current}, ${legacy};q=0.9`, current, 400],
  [`${legacy}, ${current}`, legacy, 200],
  [`${legacy};q=0.1, ${current};q=0.2`, current, 400],
  ["application/json, text/plain, */*", legacy, 200],
];

for (const [accept, type, failedStatus] of types) {
  test(`a client that accepts ${accept} reads ${type}, and of a document that cannot run ${failedStatus}`, async () => {
    expect(shape(await ask("{ loanCount }", accept))).toEqual([200, type + utf8, undefined]);
    expect(shape(await ask("{", accept))).toEqual([
      failedStatus,
      type + utf8,
      "GRAPHQL_PARSE_FAILED",
    ]);
    expect(shape(await ask("{ nothing }", accept))).toEqual([
      failedStatus,
      type + utf8,
      "GRAPHQL_VALIDATION_FAILED",
    ]);
    expect(shape(await ask("query ($id: ID!) { loan(id: $id) }", accept))).toEqual([
      failedStatus,
      type + utf8,
      "BAD_USER_INPUT",
    ]);
  });
}

test("an answer with data is 200 whatever failed under it", async () => {
  for (const accept of [current, legacy]) {
    const answer = await ask('{ loanCount loan(id: "7") }', accept);
    expect(shape(answer)).toEqual([200, accept + utf8, "NOT_FOUND"]);
  }
});

test("what fails before GraphQL keeps its status in the media type that the client reads", async () => {
  const post = (body: string, headers: Readonly<Record<string, string>>): Promise<Sent> =>
    send(one.url, { method: "POST", body, headers });
  for (const accept of [current, legacy]) {
    const json = { accept, "content-type": legacy };
    const answers = [
      await ask("{ loanCount }", accept, { authorization: "Bearer nonsense" }),
      await post("{", json),
      await post("{}", json),
      await post("", json),
      await post("a", { accept, "content-type": "text/plain" }),
      await post(gzipSync('{"query":"{ loanCount }"}').toString("latin1"), {
        ...json,
        "content-encoding": "gzip",
      }),
      await post(" ".repeat(3_000_000), json),
      await send(one.url, {
        method: "PUT",
        body: "{}",
        headers: json,
      }),
    ];
    const type = accept + utf8;
    expect(answers.map(shape)).toEqual([
      [401, type, "TOKEN_INVALID"],
      [400, type, "BAD_REQUEST"],
      [400, type, "BAD_REQUEST"],
      [400, type, "BAD_REQUEST"],
      [415, type, "BAD_REQUEST"],
      [415, type, "BAD_REQUEST"],
      [413, type, "REQUEST_TOO_LARGE"],
      [405, type, "BAD_REQUEST"],
    ]);
    for (const { headers } of answers) {
      expect(headers["x-request-id"]).toMatch(/./);
      expect(headers["cache-control"]).toBe("no-store");
    }
  }
  expect((await ask("{ loanCount }", "text/turtle")).status).toBe(406);
});

function persisted(query: string): { readonly version: 1; readonly sha256Hash: string } {
  return { version: 1, sha256Hash: createHash("sha256").update(query).digest("hex") };
}

test("a document is sent once and asked for by its hash from then on, by POST and by GET", async () => {
  for (const method of ["POST", "GET"]) {
    const query = `query By${method}($id: ID!) { book(id: $id) { title } }`;
    const hash = { variables: { id: "2" }, extensions: { persistedQuery: persisted(query) } };
    const run = (operation: Readonly<Record<string, unknown>>): Promise<Sent> => {
      if (method === "POST") return sendJson(one.url, operation);
      const search = new URLSearchParams();
      for (const [name, value] of Object.entries(operation))
        search.set(name, typeof value === "string" ? value : JSON.stringify(value));
      return send(one.url, { path: `/graphql?${search}` });
    };
    const unknown = await run(hash);
    expect(unknown.status).toBe(200);
    expect(JSON.parse(unknown.body)).toEqual({
      errors: [
        { message: "PersistedQueryNotFound", extensions: { code: "PERSISTED_QUERY_NOT_FOUND" } },
      ],
    });
    const data = { data: { book: { title: "Book 2" } } };
    expect(JSON.parse((await run({ ...hash, query })).body)).toEqual(data);
    expect(JSON.parse((await run(hash)).body)).toEqual(data);
  }
});

test("a hash of another document, and a document that is not valid, are not kept", async () => {
  const { sha256Hash } = persisted("{ loanCount }");
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  const lie = await sendJson(one.url, { query: "{ books { title } }", extensions });
  expect(shape(lie)).toEqual([400, legacy + utf8, "BAD_REQUEST"]);
  expect(shape(await sendJson(one.url, { extensions }))[2]).toBe("PERSISTED_QUERY_NOT_FOUND");
  const wrong = { query: "{ nope }", extensions: { persistedQuery: persisted("{ nope }") } };
  expect(shape(await sendJson(one.url, wrong))[2]).toBe("GRAPHQL_VALIDATION_FAILED");
  const again = await sendJson(one.url, { extensions: wrong.extensions });
  expect(shape(again)[2]).toBe("PERSISTED_QUERY_NOT_FOUND");
});

const long = `{ ${Array.from({ length: 60 }, (_, n) => `alias${n}: books { title }`).join(" ")} }`;

test("a long answer is compressed for those who can read it, a short one never", async () => {
  const plain = await ask(long);
  expect(plain.headers["content-encoding"]).toBeUndefined();
  for (const [offer, encoding] of [
    ["gzip, deflate, br, zstd", "br"],
    ["gzip, deflate", "gzip"],
  ] as const) {
    const packed = await ask(long, undefined, { "accept-encoding": offer });
    expect(packed.headers).toMatchObject({
      "content-encoding": encoding,
      vary: expect.stringContaining("accept-encoding"),
    });
    expect(packed.body).toBe(plain.body);
    expect(packed.bytes).toBeLessThan(plain.bytes / 5);
    const short = await ask("{ loanCount }", undefined, { "accept-encoding": offer });
    expect(short.headers["content-encoding"]).toBeUndefined();
  }
});
