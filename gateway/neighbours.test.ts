import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { type Behaviour, createHttpDouble, type HttpDouble } from "../tests/harness/http-double.ts";
import {
  booksSdl,
  createLibrary,
  eventually,
  loansSdl,
  type StartedGateway,
  startGateway,
  startGatewayFrom,
} from "../tests/harness/library.ts";
import type { TinySubgraph } from "../tests/harness/tiny-subgraph.ts";

let books: TinySubgraph;
let loans: TinySubgraph;
let rogue: HttpDouble;
let behave: Behaviour;
let one: StartedGateway;
let stock: StartedGateway;

beforeAll(async () => {
  ({ books, loans } = await createLibrary());
  rogue = await createHttpDouble((heard, response) => behave(heard, response));
  const subgraphs = [books, { name: "loans", sdl: loansSdl, url: rogue.url }];
  const env = { SUBGRAPH_TIMEOUT_MS: "3000" };
  one = await startGateway(subgraphs, env);
  stock = await startGateway(subgraphs, { ...env, GATEWAY_ENGINE: "apollo" });
});

afterEach(() => rogue.start());

afterAll(async () => {
  await Promise.all([one.stop(), stock.stop()]);
  await Promise.all([books.stop(), loans.stop(), rogue.stop()]);
});

const document = "{ books { title dueInDays } book(id: 1) { borrower } loanCount }";

/** Everything of loans is null, everything of books is there, and each missing field has its error. */
async function costsItsFields(code: string, { client }: StartedGateway): Promise<string> {
  const answer = await client.send(document);
  expect(answer.status).toBe(200);
  expect(answer.data).toEqual({
    books: [1, 2, 3].map((id) => ({ title: `Book ${id}`, dueInDays: null })),
    book: { borrower: null },
    loanCount: null,
  });
  const places = (answer.errors ?? []).map(({ extensions, path }) => {
    expect(extensions).toEqual({ code, service: "loans" });
    return path?.join(".");
  });
  expect(places.sort()).toEqual([
    "book.borrower",
    "books.0.dueInDays",
    "books.1.dueInDays",
    "books.2.dueInDays",
    "loanCount",
  ]);
  return JSON.stringify(answer);
}

const json = { "content-type": "application/json" };
const canary = "http://10.0.0.7:5432/internal at Object.<anonymous> (/srv/app/secret.js:1:1)";
const lies: readonly (readonly [string, string, Behaviour])[] = [
  [
    "HTML with 200",
    "SUBGRAPH_INVALID_RESPONSE",
    (_, to) => to.writeHead(200, { "content-type": "text/html" }).end(`<h1>${canary}</h1>`),
  ],
  [
    "500 with a stack trace and an internal URL",
    "SUBGRAPH_INVALID_RESPONSE",
    (_, to) => to.writeHead(500, json).end(JSON.stringify({ error: canary, stack: canary })),
  ],
  [
    "500 with GraphQL errors of its own making",
    "INTERNAL_SERVER_ERROR",
    (_, to) =>
      to.writeHead(500, json).end(
        JSON.stringify({
          errors: [
            { message: canary, extensions: { code: "E_DB", url: canary, stacktrace: [canary] } },
          ],
        }),
      ),
  ],
  [
    "401 for the gateway itself",
    "SUBGRAPH_REFUSED",
    (_, to) =>
      to.writeHead(401, json).end(
        JSON.stringify({
          errors: [{ message: canary, extensions: { code: "UNSIGNED_REQUEST" } }],
        }),
      ),
  ],
  ["503 of a proxy", "SUBGRAPH_UNAVAILABLE", (_, to) => to.writeHead(503).end(canary)],
  [
    "JSON that is cut off",
    "SUBGRAPH_INVALID_RESPONSE",
    (_, to) => to.writeHead(200, json).end(`{"data":{"a":"${canary}`),
  ],
  [
    "a list where an object belongs",
    "SUBGRAPH_INVALID_RESPONSE",
    (_, to) => to.writeHead(200, json).end(JSON.stringify([canary])),
  ],
  [
    "data that is a text",
    "SUBGRAPH_INVALID_RESPONSE",
    (_, to) => to.writeHead(200, json).end(JSON.stringify({ data: canary })),
  ],
  [
    "invalid UTF-8",
    "SUBGRAPH_INVALID_RESPONSE",
    (_, to) => to.writeHead(200, json).end(Buffer.from([0x7b, 0xff, 0x7d])),
  ],
  [
    "more than anyone can read",
    "SUBGRAPH_INVALID_RESPONSE",
    (_, to) => {
      to.writeHead(200, json);
      const megabyte = Buffer.alloc(1024 * 1024, " ");
      for (let sent = 0; sent < 40; sent++) to.write(megabyte);
      to.end();
    },
  ],
  [
    "a connection reset in the middle of the body",
    "SUBGRAPH_UNAVAILABLE",
    (_, to) => {
      to.writeHead(200, { ...json, "content-length": "1000" }).write('{"data":');
      setTimeout(() => to.destroy(), 20);
    },
  ],
];

describe.each(["compiled", "apollo"])("GATEWAY_ENGINE=%s", (engine) => {
  const gateway = (): StartedGateway => (engine === "apollo" ? stock : one);

  test("R53 a subgraph that is down costs its fields, not the answer, and is used again when it is back", async () => {
    behave = (_heard, response) => response.writeHead(200, json).end('{"data":{"loanCount":1}}');
    await rogue.stop();
    await costsItsFields("SUBGRAPH_UNAVAILABLE", gateway());
    await rogue.start();
    expect(await gateway().client.data("{ loanCount }")).toEqual({ loanCount: 1 });
  });

  test("R52 a subgraph that hangs is given up at the deadline, in its head and in its body", async () => {
    const started = performance.now();
    behave = () => {};
    await costsItsFields("SUBGRAPH_TIMEOUT", gateway());
    behave = (_heard, response) => {
      response.writeHead(200, json).write('{"data":');
    };
    await costsItsFields("SUBGRAPH_TIMEOUT", gateway());
    expect(performance.now() - started).toBeLessThan(8_000);
  });

  for (const [what, code, behaviour] of lies) {
    test(`S32 of a subgraph that answers with ${what}, the client sees code, path and name alone`, async () => {
      behave = behaviour;
      const seen = await costsItsFields(code, gateway());
      expect(seen).not.toMatch(/10\.0\.0|secret|srv|internal at|stack|127\.0\.0\.1|http:/);
    });
  }
});

test("texts that need an escape have it, whatever other subgraphs have answered", async () => {
  const texts = ['a "quotation"', "back\\slash", "line\n", "\u0001", "\ud800", "\u2028 😀"];
  for (const text of texts) {
    // As JSON.stringify writes it, and with everything as its number.
    const escaped = [...text].map((one) =>
      [...Array(one.length).keys()]
        .map((at) => `\\u${one.charCodeAt(at).toString(16).padStart(4, "0")}`)
        .join(""),
    );
    for (const written of [JSON.stringify(text), `"${escaped.join("")}"`]) {
      behave = (_heard, response) =>
        response
          .writeHead(200, json)
          .end(`{"data":{"_entities":[{"__typename":"Book","borrower":${written}}]}}`);
      const { data } = await one.client.send("{ book(id: 1) { title borrower } }");
      expect(data).toEqual({ book: { title: "Book 1", borrower: text } });
    }
  }
});

test("too few entities, errors of a strange shape and values of the wrong kind cost their fields", async () => {
  behave = ({ body }, response) => {
    const value = body.includes("_entities")
      ? { data: { _entities: [{ dueInDays: 1 }] } }
      : { data: { loanCount: "many" } };
    response.writeHead(200, json).end(JSON.stringify(value));
  };
  const few = await one.client.send("{ books { dueInDays } }");
  expect(few.data).toEqual({
    books: [{ dueInDays: null }, { dueInDays: null }, { dueInDays: null }],
  });
  expect(few.errors).toHaveLength(3);
  expect(few.errors?.[2]).toMatchObject({
    path: ["books", 2, "dueInDays"],
    extensions: { code: "SUBGRAPH_INVALID_RESPONSE", service: "loans" },
  });
  expect(await one.client.send("{ loanCount }")).toMatchObject({
    data: { loanCount: null },
    errors: [{ path: ["loanCount"], extensions: { code: "SUBGRAPH_INVALID_RESPONSE" } }],
  });

  behave = (_heard, response) => {
    const errors = ["oops", null, { message: 7, path: "x" }, { path: ["_entities", 99, "a"] }];
    response.writeHead(200, json).end(JSON.stringify({ data: null, errors }));
  };
  const strange = await one.client.send("{ book(id: 1) { dueInDays } }");
  expect(strange.data).toEqual({ book: { dueInDays: null } });
  expect(new Set(strange.errors?.map(({ path }) => path?.join(".")))).toEqual(
    new Set(["book.dueInDays"]),
  );
});

test("a failure under very many entities is one error at what they have in common", async () => {
  const many = await createHttpDouble((_heard, response) => {
    const list = Array.from({ length: 2_000 }, (_, id) => ({ __typename: "Book", id, title: "t" }));
    response.writeHead(200, json).end(JSON.stringify({ data: { books: list } }));
  });
  const broken = await startGateway([
    { name: "books", sdl: booksSdl, url: many.url },
    { name: "loans", sdl: loansSdl, url: rogue.url },
  ]);
  behave = (_heard, response) => response.writeHead(503).end();
  const answer = await broken.client.send("{ books { dueInDays } }");
  expect(answer.data.books).toHaveLength(2_000);
  expect(answer.errors).toEqual([
    {
      message: "The subgraph that owns this field cannot be reached.",
      path: ["books"],
      extensions: { code: "SUBGRAPH_UNAVAILABLE", service: "loans" },
    },
  ]);
  await broken.stop();
  await many.stop();
});

function yaml(...subgraphs: readonly { readonly name: string; readonly url: string }[]): string {
  const entries = subgraphs.map(
    ({ name, url }) => `  ${name}: { schema: { subgraph_url: "${url}" } }`,
  );
  return ["federation_version: 2", "subgraphs:", ...entries].join("\n");
}

test("R53 a gateway starts from a composed SDL while a subgraph is down, and recovers alone", async () => {
  await loans.stop();
  const started = await startGateway([books, loans]);
  expect((await fetch(`${started.url}/readyz`)).status).toBe(200);
  await costsItsFields("SUBGRAPH_UNAVAILABLE", started);
  await loans.start();
  expect(await started.client.data("{ loanCount }")).toEqual({ loanCount: 3 });
  await started.stop();
});

test("R53 with nothing known of a subgraph that is down it is not ready, and serves when it comes up", async () => {
  await loans.stop();
  const files = { "supergraph.yaml": yaml(books, loans) };
  const first = await startGatewayFrom(files);
  expect((await fetch(`${first.url}/livez`)).status).toBe(200);
  expect((await fetch(`${first.url}/readyz`)).status).toBe(503);
  expect(await first.client.send("{ loanCount }")).toMatchObject({
    status: 503,
    errors: [{ extensions: { code: "NOT_READY" } }],
  });
  await loans.start();
  await eventually(async () => expect((await fetch(`${first.url}/readyz`)).status).toBe(200));
  expect(await first.client.data("{ books { dueInDays } }")).toBeTruthy();

  await first.gateway.stop();
  await loans.stop();
  const second = await startGatewayFrom(files, { DATA_DIR: first.folder });
  expect((await fetch(`${second.url}/readyz`)).status).toBe(200);
  await costsItsFields("SUBGRAPH_UNAVAILABLE", second);
  await loans.start();
  expect(await second.client.data("{ loanCount }")).toEqual({ loanCount: 3 });
  await second.stop();
  await first.stop();
});

test("R53 the last good supergraph is swapped for the new one when its subgraph is back with another schema", async () => {
  const files = { "supergraph.yaml": yaml(books, { name: "loans", url: rogue.url }) };
  let sdl = loansSdl;
  behave = ({ body }, response) => {
    const data = body.includes("_service") ? { _service: { sdl } } : { fineCount: 5 };
    response.writeHead(200, json).end(JSON.stringify({ data }));
  };
  const first = await startGatewayFrom(files);
  await first.gateway.stop();
  await rogue.stop();
  const second = await startGatewayFrom(files, { DATA_DIR: first.folder });
  expect(await second.client.codes("{ fineCount }")).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
  sdl = loansSdl.replace("loanCount: Int", "loanCount: Int fineCount: Int");
  await rogue.start();
  const answer = await eventually(() => second.client.data("{ fineCount }"));
  expect(answer).toEqual({ fineCount: 5 });
  await second.stop();
  await first.stop();
});
