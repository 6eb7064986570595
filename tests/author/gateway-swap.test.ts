import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { compose } from "../../gateway/plan/compose.ts";
import {
  createLibrary,
  eventually,
  loansSdl,
  type StartedGateway,
  startGateway,
} from "../harness/library.ts";
import type { TinySubgraph } from "../harness/tiny-subgraph.ts";
import { createRequestStream } from "./request-stream.ts";

let books: TinySubgraph;
let loans: TinySubgraph;
let started: StartedGateway;

beforeAll(async () => {
  ({ books, loans } = await createLibrary());
  started = await startGateway([books, loans]);
});

afterAll(async () => {
  await started.stop();
  await Promise.all([books.stop(), loans.stop()]);
});

/** Puts an SDL in the place of the one that the gateway was started with. */
async function replace(sdl: string): Promise<void> {
  const path = join(started.folder, "supergraph.graphql");
  await writeFile(`${path}.draft`, sdl);
  await rename(`${path}.draft`, path);
}

async function metrics(): Promise<string> {
  return (await fetch(`${started.url}/metrics`)).text();
}

test("a gateway serves the SDL that is put in the place of its own, and keeps the last one that it can serve", async () => {
  const stream = createRequestStream(
    started.client,
    ["{ books { title borrower } slow }"],
    ["INTERNAL_SERVER_ERROR"],
  );
  const sources = [books, { ...loans, sdl: loansSdl.replace("loanCount: Int", "") }];
  const smaller = await compose(
    sources.map(({ name, sdl, url }) => ({ name, sdl, url, place: name })),
  );
  await replace(smaller);
  await eventually(async () =>
    expect(await started.client.codes("{ loanCount }")).toEqual(["GRAPHQL_VALIDATION_FAILED"]),
  );
  await replace(`${smaller}\ntype Query {`);
  await eventually(async () =>
    expect(await metrics()).toContain('gateway_supergraph_loads_total{outcome="failed"} 1'),
  );
  expect((await started.client.data("{ books { title } }")).books).toHaveLength(3);
  await stream.stop();
  expect(stream.lost()).toEqual([]);
  // Requests that began in an earlier supergraph have ended, and its engine with them.
  expect(await metrics()).toContain("gateway_engines 1\n");
}, 20_000);
