import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createLibrary, type StartedGateway, startGateway } from "../harness/library.ts";
import { type Sent, send, sendJson } from "../harness/send.ts";
import type { TinySubgraph } from "../harness/tiny-subgraph.ts";

// The checks of https://github.com/dolevf/graphql-cop, with its documents: each test expects what it calls safe.
let subgraphs: readonly TinySubgraph[];

beforeAll(async () => {
  const { books, loans } = await createLibrary();
  subgraphs = [books, loans];
});

afterAll(() => Promise.all(subgraphs.map((subgraph) => subgraph.stop())));

interface Read {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: object }[];
  readonly extensions?: object;
}

function read({ body }: Sent): Read {
  return JSON.parse(body) as Read;
}

describe.each(["compiled", "apollo"])(
  "C48 graphql-cop finds nothing in production, engine %s",
  (engine) => {
    let gateway: StartedGateway;
    beforeAll(async () => {
      gateway = await startGateway(subgraphs, { NODE_ENV: "production", GATEWAY_ENGINE: engine });
    });
    afterAll(() => gateway.stop());

    async function ask(query: string): Promise<Read> {
      return read(await sendJson(gateway.url, { query }));
    }

    test("C48 introspection", async () => {
      const { data, errors } = await ask(
        "query cop { __schema { types { name fields { name } } } }",
      );
      expect(data?.["__schema"]).toBeUndefined();
      expect(errors?.[0]?.message).toMatch(/introspection (has been disabled|is not allowed)/);
    });

    test("C48 an IDE", async () => {
      for (const path of ["/", "/graphiql", "/playground", "/console", "/graphql"]) {
        const { body } = await send(gateway.url, { path, headers: { accept: "text/html" } });
        expect(body).not.toMatch(/graphiql|graphql-playground|sandbox|<html/i);
      }
    });

    test("S11 C48 field suggestions", async () => {
      const { errors } = await ask("query cop { boks { titel } loanCuont }");
      expect(JSON.stringify(errors)).not.toMatch(/did you mean/i);
    });

    test("S18 C48 a mutation by GET", async () => {
      const search = new URLSearchParams({ query: "mutation cop { __typename }" });
      const sent = await send(gateway.url, { path: `/graphql?${search}` });
      expect(sent.status).toBe(405);
      expect(read(sent).data).toBeUndefined();
    });

    test("S18 C48 a form that is posted", async () => {
      const sent = await send(gateway.url, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ query: "query cop { __typename }" }).toString(),
      });
      expect(sent.status).toBeGreaterThanOrEqual(400);
      expect(read(sent).data).toBeUndefined();
    });

    test("S18 C48 a query by GET that a page of another origin sends", async () => {
      const search = new URLSearchParams({ query: "query cop { __typename }" });
      for (const mode of ["navigate", "no-cors", "cors"]) {
        const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": mode };
        const sent = await send(gateway.url, { path: `/graphql?${search}`, headers });
        expect([sent.status, read(sent).data]).toEqual([400, undefined]);
      }
    });

    test("S14 C48 a batch as an array", async () => {
      const batch = Array.from({ length: 10 }, () => ({ query: "query cop { __typename }" }));
      for (const body of [batch, [], [batch]]) {
        const sent = await sendJson(gateway.url, body);
        expect([sent.status, read(sent).data]).toEqual([400, undefined]);
      }
    });

    test("C48 tracing", async () => {
      const { extensions } = await ask("query cop { __typename }");
      expect(extensions).toBeUndefined();
    });

    test("C48 an error that nobody handles", async () => {
      const { errors } = await ask("qwerty cop { abc }");
      expect(errors).toHaveLength(1);
      expect(JSON.stringify(errors)).not.toMatch(/exception|stack|node_modules|\.js/i);
    });
  },
);

describe("C48 graphql-cop finds no way to make the compiled engine work much", () => {
  let gateway: StartedGateway;
  beforeAll(async () => {
    gateway = await startGateway(subgraphs, { NODE_ENV: "production" });
  });
  afterAll(() => gateway.stop());

  async function refused(query: string): Promise<Read> {
    const sent = await sendJson(gateway.url, { query });
    expect([sent.status, read(sent).data]).toEqual([400, undefined]);
    return read(sent);
  }

  test("C48 aliases", async () => {
    const aliases = Array.from({ length: 101 }, (_, n) => `alias${n}:__typename`);
    await refused(`query cop { ${aliases.join(" ")} }`);
  });

  test("S8 C48 directives", async () => {
    const { errors } = await refused(`query cop { __typename ${"@aa".repeat(10)} }`);
    expect(errors).toHaveLength(1);
  });

  test("S8 C48 fields", async () => {
    await refused(`query cop { ${"__typename \n".repeat(500)} }`);
  });

  test("S10 C48 introspection in circles", async () => {
    const circle = "fields { type { ".repeat(4);
    const { errors } = await refused(
      `query cop { __schema { types { ${circle} name ${"} }".repeat(4)} } } }`,
    );
    expect(JSON.stringify(errors)).not.toContain("Query");
  });
});

test("S10 where introspection is on, it goes round no circle", async () => {
  const gateway = await startGateway(subgraphs);
  try {
    const circle = "fields { type { ".repeat(4);
    const query = `{ __schema { types { ${circle} name ${"} }".repeat(4)} } } }`;
    expect(await gateway.client.codes(query)).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
  } finally {
    await gateway.stop();
  }
});
