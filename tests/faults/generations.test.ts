import { createHash } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { compose } from "../../gateway/plan/compose.ts";
import { createSupergraph } from "../../gateway/plan/supergraph.ts";
import { createRequestStream } from "../author/request-stream.ts";
import { type Answer, createClient } from "../harness/client.ts";
import { booksSdl, createLibrary, type StartedGateway, startGateway } from "../harness/library.ts";
import { createTinySubgraph, type TinySubgraph } from "../harness/tiny-subgraph.ts";
import { until } from "../harness/until.ts";

let books: TinySubgraph;
let loans: TinySubgraph;
let holding: TinySubgraph;
let release = (): void => {};
let before: string;
let after: string;

beforeAll(async () => {
  ({ books, loans } = await createLibrary());
  holding = await createTinySubgraph("holding", "type Query { held: String }", {
    Query: {
      held: () =>
        new Promise((resolve) => {
          release = () => resolve("done");
        }),
    },
  });
  const composeWith = (sdl: string): Promise<string> =>
    compose([{ ...books, sdl }, loans, holding].map((one) => ({ ...one, place: one.name })));
  before = await composeWith(booksSdl);
  // The same document means another type now, and another one nothing.
  after = await composeWith(
    booksSdl.replace("pages: Int!", "pages: String!").replace("slow: String", ""),
  );
});

afterAll(() => Promise.all([books.stop(), loans.stop(), holding.stop()]));

function start(): Promise<StartedGateway> {
  return startGateway([books, loans, holding], { SUBGRAPH_TIMEOUT_MS: "60000" });
}

/** Puts an SDL in the place of the one that a gateway was started with, and waits until it is served. */
async function swap(one: StartedGateway, sdl: string): Promise<void> {
  const path = join(one.folder, "supergraph.graphql");
  await writeFile(`${path}.draft`, sdl);
  await rename(`${path}.draft`, path);
  const served = `gateway_supergraph_info{id="${createSupergraph(sdl).id}"} 1`;
  await until(async () => (await metricsOf(one)).includes(served), 30_000);
}

async function metricsOf({ url }: StartedGateway): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

/** What a metric says for each schema. */
async function bySchema(
  one: StartedGateway,
  name: string,
  labels = "",
): Promise<ReadonlyMap<string, number>> {
  const line = new RegExp(`^${name}\\{schema="(\\w+)"${labels}\\} (\\d+)$`, "gm");
  const found = (await metricsOf(one)).matchAll(line);
  return new Map([...found].map(([, schema = "", value]) => [schema, Number(value)]));
}

test("S34 of one document with several operations the one that is named runs, by its text and by its hash", async () => {
  const one = await start();
  const query = `query A { ...a } query B { ...b }
    fragment a on Query { loanCount } fragment b on Query { book(id: 2) { title } }`;
  const sha256Hash = createHash("sha256").update(query).digest("hex");
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  const send = async (body: unknown): Promise<unknown> => {
    const headers = { "content-type": "application/json" };
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    return ((await (await fetch(`${one.url}/graphql`, init)).json()) as Answer).data;
  };
  const answers = { A: { loanCount: 3 }, B: { book: { title: "Book 2" } } };
  for (const operationName of ["A", "B", "A", "B"] as const) {
    const expected = answers[operationName];
    expect(await send({ query, operationName })).toEqual(expected);
    expect(await send({ query, operationName, extensions })).toEqual(expected);
    expect(await send({ operationName, extensions })).toEqual(expected);
  }
  await one.stop();
});

test("S35 a request ends on the schema it began with; no operation of one schema is found in the other", async () => {
  const one = await start();
  const [old, young] = [createSupergraph(before).id, createSupergraph(after).id];
  const document = "{ books { title pages } }";
  for (let times = 0; times < 3; times++) {
    expect((await one.client.data(document)).books[0]).toEqual({ title: "Book 1", pages: 100 });
  }
  const inFlight = one.client.send("{ held books { pages } }");
  await until(async () => holding.heard.length > 0);

  await swap(one, after);
  // Both are counted, each for itself: the new one was taught what the old one was asked for most, and finds it at once.
  expect(await bySchema(one, "gateway_operation_lookups_total", ',outcome="miss"')).toEqual(
    new Map([
      [old, 2],
      [young, 0],
    ]),
  );
  expect(await bySchema(one, "gateway_operations")).toEqual(
    new Map([
      [old, 2],
      [young, 1],
    ]),
  );
  const { errors } = await one.client.send(document);
  expect(errors?.[0]?.extensions.code).toBe("SUBGRAPH_INVALID_RESPONSE");
  expect(await one.client.codes("{ slow }")).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
  expect(await bySchema(one, "gateway_operation_lookups_total", ',outcome="hit"')).toEqual(
    new Map([
      [old, 2],
      [young, 1],
    ]),
  );

  release();
  expect(await inFlight).toEqual({
    status: 200,
    data: { held: "done", books: [100, 200, 300].map((pages) => ({ pages })) },
  });
  await until(async () => (await metricsOf(one)).includes("gateway_engines 1\n"));
  expect([...(await bySchema(one, "gateway_operations_bytes")).keys()]).toEqual([young]);
  await one.stop();
}, 60_000);

test("R58 twenty reloads under load lose no query and no mutation, and leave one engine", async () => {
  const one = await start();
  const documents = [
    "{ books { title dueInDays } loanCount }",
    "mutation { lend(id: 1) { title } }",
  ];
  const stream = createRequestStream(one.client, [...documents, ...documents]);
  const cold = createRequestStream(createClient(`${one.url}/graphql`), [
    "query Again { book(id: 3) { dueInDays } }",
  ]);
  for (let reload = 1; reload <= 20; reload++) await swap(one, `${before}\n# ${reload}`);
  await Promise.all([stream.stop(), cold.stop()]);
  expect([...stream.lost(), ...cold.lost()]).toEqual([]);
  expect(stream.answered()).toBeGreaterThan(100);
  const last = createSupergraph(`${before}\n# 20`).id;
  expect([...(await bySchema(one, "gateway_operations")).keys()]).toEqual([last]);
  expect(await metricsOf(one)).toContain("gateway_engines 1\n");
  await one.stop();
}, 120_000);
