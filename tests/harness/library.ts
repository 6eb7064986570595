import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GraphQLError } from "graphql";
import { envToConfig } from "../../gateway/config.ts";
import { createGateway, type Gateway } from "../../gateway/gateway.ts";
import { compose } from "../../gateway/plan/compose.ts";
import type { Clock } from "../../runtime/clock.ts";
import { createLog } from "../../runtime/log.ts";
import { type Client, createClient } from "./client.ts";
import { createTinySubgraph, type TinySubgraph } from "./tiny-subgraph.ts";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])`;

export const booksSdl = `${link}
type Query { books: [Book!]! book(id: ID!): Book slow: String }
type Mutation { lend(id: ID!): Book }
type Book @key(fields: "id") { id: ID! title: String! pages: Int! }
`;

export const loansSdl = `${link}
type Query { loanCount: Int loan(id: ID!): String }
type Book @key(fields: "id") { id: ID! borrower: String dueInDays: Int }
`;

const books = [1, 2, 3].map((id) => ({ id: String(id), title: `Book ${id}`, pages: id * 100 }));

/** A graph that has nothing to do with users or todos, for tests of the gateway alone. */
export async function createLibrary(): Promise<{
  readonly books: TinySubgraph;
  readonly loans: TinySubgraph;
}> {
  return {
    books: await createTinySubgraph("books", booksSdl, {
      Query: {
        books: () => books,
        book: (_: unknown, { id }: { id: string }) => books.find((book) => book.id === id),
        slow: () => new Promise((resolve) => setTimeout(resolve, 400, "done")),
      },
      Mutation: { lend: () => books[0] },
      Book: {
        __resolveReference: ({ id }: { id: string }) => books.find((book) => book.id === id),
      },
    }),
    loans: await createTinySubgraph("loans", loansSdl, {
      Query: {
        loanCount: () => 3,
        loan: (_: unknown, { id }: { id: string }) => {
          throw new GraphQLError(`There is no loan ${id}. Did you mean "8"?`, {
            extensions: { code: "NOT_FOUND", argument: "id", exception: { stack: "secret" } },
          });
        },
      },
      Book: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        borrower: ({ id }: { id: string }) => {
          if (id === "2") throw new Error("connect ECONNREFUSED 10.0.0.7:5432");
          return `reader ${id}`;
        },
        dueInDays: ({ id }: { id: string }) => Number(id) * 7,
      },
    }),
  };
}

/** What a test of the gateway needs to start one. */
export interface StartedGateway {
  readonly gateway: Gateway;
  readonly url: string;
  readonly client: Client;
  readonly folder: string;
  stop(): Promise<void>;
}

interface Subgraph {
  readonly name: string;
  readonly sdl: string;
  readonly url: string;
}

/** A gateway before these subgraphs, from a composed SDL in a folder of its own. */
export async function startGateway(
  subgraphs: readonly Subgraph[],
  env: Readonly<Record<string, string>> = {},
  clock?: Clock,
): Promise<StartedGateway> {
  const sources = subgraphs.map(({ name, sdl, url }) => ({ name, sdl, url, place: name }));
  return startGatewayFrom({ "supergraph.graphql": await compose(sources) }, env, clock);
}

/** A gateway whose SUPERGRAPH is the first of these files. */
export async function startGatewayFrom(
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
  clock?: Clock,
): Promise<StartedGateway> {
  const folder = env["DATA_DIR"] ?? (await mkdtemp(join(tmpdir(), "gateway-")));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const config = envToConfig({
    PORT: "0",
    SUPERGRAPH: join(folder, Object.keys(files)[0] ?? ""),
    DATA_DIR: folder,
    SUBGRAPH_TIMEOUT_MS: "1500",
    ...env,
  });
  const gateway = createGateway(config, {
    log: createLog("test", "silent"),
    ...(clock && { clock }),
  });
  await gateway.start();
  const url = gateway.url();
  return {
    gateway,
    url,
    client: createClient(`${url}/graphql`),
    folder,
    async stop() {
      await gateway.stop();
      if (env["DATA_DIR"] === undefined) await rm(folder, { recursive: true });
    },
  };
}

/** Tries until it no longer throws, every 50 ms. */
export async function eventually<Value>(
  attempt: () => Promise<Value>,
  mostTries = 100,
): Promise<Value> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === mostTries) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
