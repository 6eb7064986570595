import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { buildClientSchema, getIntrospectionQuery } from "graphql";
import { type Graph, startGraph } from "../harness/graph.ts";
import { send, sendJson } from "../harness/send.ts";

let graph: Graph;

beforeAll(async () => {
  graph = await startGraph({ data: "demo" });
});

afterAll(() => graph.stop());

const origin = "https://studio.apollographql.com";
const browser = {
  origin,
  "sec-fetch-site": "cross-site",
  "sec-fetch-mode": "cors",
  "accept-encoding": "gzip, deflate, br",
};

test("hosted Sandbox asks a machine in its private network first, then sends its operation", async () => {
  const preflight = await send(graph.url, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
      "access-control-request-private-network": "true",
    },
  });
  expect(preflight.headers).toMatchObject({
    "access-control-allow-origin": origin,
    "access-control-allow-private-network": "true",
    "access-control-allow-headers": "content-type",
  });
  const answer = await sendJson(
    graph.url,
    { query: '{ userByHandle(handle: "ada") { name } }' },
    browser,
  );
  expect(answer.headers["access-control-allow-origin"]).toBe(origin);
  expect(JSON.parse(answer.body)).toEqual({ data: { userByHandle: { name: "Ada Lovelace" } } });
});

test("a minute of its schema polling costs less than a twentieth of a core", async () => {
  const query = getIntrospectionQuery();
  const poll = () => sendJson(graph.url, { operationName: "IntrospectionQuery", query }, browser);
  const first = await poll();
  expect(buildClientSchema(JSON.parse(first.body).data).getMutationType()?.name).toBe("Mutation");
  expect(first.headers["content-encoding"]).toBe("br");
  const before = process.cpuUsage();
  for (let polls = 0; polls < 40; polls++) expect((await poll()).status).toBe(200);
  const { system, user } = process.cpuUsage(before);
  expect((system + user) / 1000).toBeLessThan(3_000);
});
