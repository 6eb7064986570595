import type { EmbeddedPostgres } from "../../scripts/postgres/embedded-postgres.ts";

interface TestServer {
  readonly server: EmbeddedPostgres;
  readonly dataDir: string;
}

const slot = Symbol.for("todo-supergraph.test-server");

type Holder = { [slot]?: TestServer };

/** jest runs setup and teardown as two modules of one process, which share nothing but the global object. */
export function keepServer(server: TestServer): void {
  (globalThis as Holder)[slot] = server;
}

export function keptServer(): TestServer | undefined {
  return (globalThis as Holder)[slot];
}
