import { answerJson, createHttpDouble, type Heard, type HttpDouble } from "./http-double.ts";
import { createIssuer, type Issuer } from "./issuer.ts";
import { type StartedGateway, startGateway } from "./library.ts";
import { signingKey } from "./signed-client.ts";

const link = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
  @link(url: "https://cache.test/cache/v1.0", import: ["@cacheControl", "@cacheTag"])
  @composeDirective(name: "@cacheControl")
  @composeDirective(name: "@cacheTag")
directive @cacheControl(maxAge: Int, scope: cache__CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION
directive @cacheTag(format: String!) repeatable on FIELD_DEFINITION | OBJECT
enum cache__CacheControlScope { PUBLIC PRIVATE }
`;
const open = "@cacheControl(maxAge: 60, scope: PUBLIC)";
const own = "@cacheControl(maxAge: 60, scope: PRIVATE)";

/** Books are dropped by tags; shelves list them for one viewer, and news goes by time alone. */
const booksSdl = `${link}
type Query {
  book(id: ID!): Book ${open} @cacheTag(format: "Book:{$args.id}")
  books: [Book!] ${open} @cacheTag(format: "books")
  mine: Book ${own} @cacheTag(format: "Reader:{$viewer.id}")
  secret: String
  untagged: String ${open}
}
type Mutation { lend(id: ID!): Book }
type Book @key(fields: "id") @cacheTag(format: "Book:{$key.id}") {
  id: ID! ${open}
  title: String ${open}
  borrower: String
}
`;
const shelvesSdl = `${link}
type Query { shelf: [Book!] news: String @cacheControl(maxAge: 1, scope: PUBLIC) }
type Book @key(fields: "id") { id: ID! ${open} }
`;

/** A library whose answers may be kept, and what happens behind its gateway. */
export interface KeptLibrary {
  readonly gateway: StartedGateway;
  readonly issuer: Issuer;
  /** Calls of books so far; the test may forget them. */
  readonly calls: Heard[];
  readonly books: HttpDouble;
  readonly shelves: HttpDouble;
  stop(): Promise<void>;
}

export interface LibraryBehaviour {
  /** The header `x-heard` of books, asked for before it reads. */
  heard: () => string | undefined;
  title: (id: string) => string | null;
  /** Waits after it has read. */
  pause: () => Promise<void> | undefined;
  /** Errors of the next answers of books. */
  errors: readonly unknown[];
}

export async function startKeptLibrary(
  behaviour: LibraryBehaviour,
  env: Readonly<Record<string, string>> = {},
): Promise<KeptLibrary> {
  const calls: Heard[] = [];
  const issuer = await createIssuer();
  const books = await createHttpDouble(async (heard, response) => {
    calls.push(heard);
    const { query, variables } = JSON.parse(heard.body);
    const header = behaviour.heard();
    const book = (id: string): unknown => {
      const title = behaviour.title(id);
      return title === null ? null : { __typename: "Book", id, title, borrower: `${calls.length}` };
    };
    const id =
      /book\(id: ?"?([^")$]*)"?\)/.exec(query)?.[1] ?? String(Object.values(variables ?? {})[0]);
    const data = query.includes("_entities")
      ? { _entities: variables.representations.map((one: { id: string }) => book(one.id)) }
      : Object.fromEntries(
          Object.entries({
            book: book(id),
            books: ["1", "2"].map(book),
            mine: book(`${calls.length}`),
            secret: `secret ${calls.length}`,
            untagged: `${calls.length}`,
            lend: book(id),
          }).filter(([name]) => new RegExp(`\\b${name}\\b`).test(query)),
        );
    await behaviour.pause();
    if (header !== undefined) response.setHeader("x-heard", header);
    // What the subgraph says to HTTP caches decides nothing here.
    response.setHeader("cache-control", "private");
    const { errors } = behaviour;
    answerJson(response, { data, ...(errors.length > 0 && { errors }) });
  });
  let news = 0;
  const shelves = await createHttpDouble(({ body }, response) => {
    news += 1;
    const shelf = ["1", "2", "3"].map((id) => ({ __typename: "Book", id }));
    const all = { shelf, news: `news ${news}` };
    const { query } = JSON.parse(body);
    const data = Object.fromEntries(Object.entries(all).filter(([name]) => query.includes(name)));
    answerJson(response, { data });
  });
  const gateway = await startGateway(
    [
      { name: "books", sdl: booksSdl, url: books.url },
      { name: "shelves", sdl: shelvesSdl, url: shelves.url },
    ],
    { GATEWAY_SIGNING_KEY: signingKey, ...issuer.env, ...env },
  );
  return {
    gateway,
    issuer,
    calls,
    books,
    shelves,
    stop: async () => {
      await gateway.stop();
      await Promise.all([books.stop(), shelves.stop(), issuer.stop()]);
    },
  };
}
