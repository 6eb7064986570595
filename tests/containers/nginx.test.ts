import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { compose } from "../../gateway/plan/compose.ts";
import { type ErrorCode, failure } from "../../runtime/errors.ts";
import { createClient } from "../harness/client.ts";
import { createLibrary } from "../harness/library.ts";
import type { TinySubgraph } from "../harness/tiny-subgraph.ts";
import { type Front, type GatewayProcess, startFront, startGatewayProcess } from "./nginx-front.ts";

const describeWithNginx = spawnSync("nginx", ["-v"]).error === undefined ? describe : describe.skip;

const bodyLimit = 2 * 1024 * 1024;

function answerOf(code: ErrorCode): unknown {
  return { errors: [failure(code).toJSON()] };
}

describeWithNginx("nginx before two gateways", () => {
  let folder = "";
  let subgraphs: readonly TinySubgraph[] = [];
  let gateways: readonly GatewayProcess[] = [];
  let front: Front | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "front-"));
    const { books, loans } = await createLibrary();
    subgraphs = [books, loans];
    const supergraph = join(folder, "library.graphql");
    await writeFile(
      supergraph,
      await compose(subgraphs.map((one) => ({ ...one, place: one.name }))),
    );
    gateways = await Promise.all([
      startGatewayProcess(supergraph, folder),
      startGatewayProcess(supergraph, folder),
    ]);
    front = await startFront(gateways.map(({ url }) => url));
  });

  afterAll(async () => {
    await front?.stop();
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await Promise.all(subgraphs.map((subgraph) => subgraph.stop()));
    await rm(folder, { recursive: true });
  });

  function counted(metric: string): Promise<readonly number[]> {
    return Promise.all(gateways.map((gateway) => gateway.counted(metric)));
  }

  function post(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(`${front?.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  }

  test("requests reach both", async () => {
    const client = createClient(`${front?.url}/graphql`);
    for (let times = 0; times < 10; times++) {
      const { books } = await client.data("{ books { title dueInDays } }");
      expect(books[0].dueInDays).toEqual(expect.any(Number));
    }
    const requests = await counted("gateway_requests_total");
    expect(requests.reduce((sum, count) => sum + count)).toBe(10);
    expect(requests).not.toContain(0);
  });

  test("a request goes to the gateway that has the fewest in progress", async () => {
    const before = await counted("gateway_subgraph_calls_total");
    const client = createClient(`${front?.url}/graphql`);
    const slow: Promise<unknown>[] = [];
    for (let times = 0; times < 2; times++) {
      slow.push(client.data("{ slow }"));
      await sleep(20);
      // It calls no subgraph. In turns, both slow ones would meet in the same gateway.
      await client.data("{ __typename }");
    }
    await Promise.all(slow);
    const after = await counted("gateway_subgraph_calls_total");
    expect(after.map((calls, index) => calls - (before[index] ?? 0))).toEqual([1, 1]);
  });

  test("a request keeps its id, and gets one when it has none", async () => {
    const given = await post({ query: "{ __typename }" }, { "x-request-id": "mine-1" });
    expect(given.headers.get("x-request-id")).toBe("mine-1");
    const made = await post({ query: "{ __typename }" });
    expect(made.headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
  });

  test("a body over the limit gets 413 and the gateway's own words", async () => {
    const pad = "x".repeat(bodyLimit);
    const refused = await post({ query: "{ __typename }", extensions: { pad } });
    expect(refused.status).toBe(413);
    expect(refused.headers.get("content-type")).toMatch(/^application\/json/);
    expect(await refused.json()).toEqual(answerOf("REQUEST_TOO_LARGE"));
    const piecemeal = await postInPieces(`${front?.url}/graphql`, 4, pad.slice(0, bodyLimit / 2));
    expect(piecemeal).toBe(413);
    const within = await post({ query: "{ __typename }", extensions: { pad: pad.slice(100) } });
    expect(within.status).toBe(200);
  });

  test("probes pass, metrics are not for the outside", async () => {
    for (const [path, status] of [
      ["/readyz", 200],
      ["/livez", 200],
      ["/metrics", 404],
    ]) {
      expect((await fetch(`${front?.url}${path}`)).status).toBe(status);
    }
  });

  test("when a gateway is killed the other answers everything, and without any nginx says so", async () => {
    await gateways[0]?.kill();
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => post({ query: "{ books { title } }" })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    await Promise.all(answers.map((answer) => answer.arrayBuffer()));
    await gateways[1]?.kill();
    const nobody = await post({ query: "{ books { title } }" }, { "x-request-id": "mine-2" });
    expect(nobody.status).toBe(502);
    expect(nobody.headers.get("x-request-id")).toBe("mine-2");
    expect(await nobody.json()).toEqual(answerOf("INTERNAL_SERVER_ERROR"));
  });
});

/** Sends pieces without saying how many will come. @returns the status of the answer */
function postInPieces(url: string, pieces: number, piece: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "transfer-encoding": "chunked" };
    const post = request(url, { method: "POST", headers }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    });
    post.on("error", reject);
    for (let sent = 0; sent < pieces; sent++) post.write(piece);
    post.end();
  });
}
