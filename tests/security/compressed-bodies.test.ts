import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { makeBrotliBomb } from "../../bench/hostile/brotli-bomb.ts";
import { createLibrary, type StartedGateway, startGateway } from "../harness/library.ts";
import { send } from "../harness/send.ts";
import type { TinySubgraph } from "../harness/tiny-subgraph.ts";

let subgraphs: readonly TinySubgraph[];
let gateway: StartedGateway;

beforeAll(async () => {
  const { books, loans } = await createLibrary();
  subgraphs = [books, loans];
  gateway = await startGateway(subgraphs);
});

afterAll(async () => {
  await gateway.stop();
  await Promise.all(subgraphs.map((subgraph) => subgraph.stop()));
});

test("S15 a kilobyte that becomes a gibibyte is refused with 415 and never unpacked", async () => {
  const bomb = await makeBrotliBomb();
  expect(bomb.length).toBeLessThan(10_000);
  const before = process.memoryUsage().rss;
  const headers = { "content-type": "application/json", "content-encoding": "br" };
  for (let turn = 0; turn < 20; turn += 1) {
    const sent = await send(gateway.url, { method: "POST", headers, body: bomb });
    expect(sent.status).toBe(415);
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(20 * 1024 * 1024);
});

test("S15 a compressed body is refused with 415 and never unpacked, however large it would become", async () => {
  const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024, " "));
  const before = process.memoryUsage().rss;
  for (const encoding of ["gzip", "deflate", "br", "identity, gzip"]) {
    const headers = { "content-type": "application/json", "content-encoding": encoding };
    const sent = await send(gateway.url, { method: "POST", headers, body: bomb });
    expect([encoding, sent.status]).toEqual([encoding, 415]);
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(20 * 1024 * 1024);
});
