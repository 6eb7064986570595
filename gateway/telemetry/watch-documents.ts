import { LRUCache } from "lru-cache";
import { Counter, Gauge, type Registry } from "prom-client";
import type { Log } from "../../runtime/log.ts";
import type { ClientName } from "../plan/trusted-documents.ts";

export interface DocumentsWatch {
  loaded(documents: number): void;
  failed(error: unknown): void;
  /** A question for a document that no application of its client was built with. */
  untrusted(one: {
    readonly client: ClientName;
    readonly operationName: string | undefined;
    readonly id: string;
    readonly refused: boolean;
  }): void;
}

/** How many different documents are remembered as told already, and for how many milliseconds. */
const told = { max: 1_000, ttl: 3_600_000 };
/** Characters of what a client says that go into the log. */
const longest = 100;

/** Counts and logs what trusted documents meet. Texts of documents may hold literals, so only their hashes are logged. */
export function watchDocuments(registry: Registry, log: Log): DocumentsWatch {
  const registers = [registry];
  const documents = new Gauge({
    name: "gateway_trusted_documents",
    help: "Documents that are trusted now, of all clients",
    registers,
  });
  const loads = new Counter({
    name: "gateway_trusted_documents_loads_total",
    help: "Attempts to read the manifests",
    labelNames: ["outcome"],
    registers,
  });
  const untrusted = new Counter({
    name: "gateway_untrusted_documents_total",
    help: "Requests for documents that no application of their client was built with",
    labelNames: ["outcome"],
    registers,
  });
  const known = new LRUCache<string, true>(told);
  return {
    loaded(count) {
      loads.inc({ outcome: "ok" });
      documents.set(count);
      log.info({ documents: count }, "trusted documents are read");
    },
    failed(error) {
      loads.inc({ outcome: "failed" });
      log.error(
        { err: error },
        "the trusted documents cannot be read; those of before still count",
      );
    },
    untrusted({ client, id, operationName, refused }) {
      untrusted.inc({ outcome: refused ? "refused" : "measured" });
      const [name, version, operation] = [client.name, client.version, operationName].map((text) =>
        text?.slice(0, longest),
      );
      const what = { client: name, version, operation, document: id.slice(0, longest), refused };
      const key = JSON.stringify(what);
      if (known.has(key)) return;
      known.set(key, true);
      log.warn(what, "a document is not trusted");
    },
  };
}
