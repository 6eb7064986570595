import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { auditServer } from "graphql-http";
import { createLibrary, type StartedGateway, startGateway } from "../harness/library.ts";
import type { TinySubgraph } from "../harness/tiny-subgraph.ts";

let subgraphs: readonly TinySubgraph[];

beforeAll(async () => {
  const { books, loans } = await createLibrary();
  subgraphs = [books, loans];
});

afterAll(() => Promise.all(subgraphs.map((subgraph) => subgraph.stop())));

describe.each(["compiled", "apollo"])("GATEWAY_ENGINE=%s", (engine) => {
  let gateway: StartedGateway;

  beforeAll(async () => {
    // Development, because the audits ask for a type by introspection.
    gateway = await startGateway(subgraphs, { GATEWAY_ENGINE: engine });
  });

  afterAll(() => gateway.stop());

  test("C48 all 61 audits of GraphQL over HTTP pass: 13 MUST, 23 SHOULD, 25 MAY", async () => {
    const results = await auditServer({ url: `${gateway.url}/graphql` });
    const kinds = { MUST: 0, SHOULD: 0, MAY: 0 };
    const failed: string[] = [];
    for (const result of results) {
      const kind = /^(MUST|SHOULD|MAY) /.exec(result.name)?.[1] as keyof typeof kinds;
      kinds[kind] += 1;
      if (result.status !== "ok") failed.push(`${result.id} ${result.name}: ${result.reason}`);
    }
    expect({ kinds, failed }).toEqual({ kinds: { MUST: 13, SHOULD: 23, MAY: 25 }, failed: [] });
  });
});
