import type { Part } from "../runtime/lifecycle.ts";
import type { Redis } from "../runtime/redis.ts";
import type { GatewayConfig } from "./config.ts";
import {
  keepInMemory,
  keepInRedis,
  type PersistedDocuments,
} from "./execute/persisted-documents.ts";
import { createTrust } from "./execute/trust.ts";
import type { TrustedDocument } from "./plan/persisted-query-manifest.ts";
import { createTrustedDocuments } from "./plan/trusted-documents.ts";
import type { DocumentsWatch } from "./telemetry/watch-documents.ts";

/** Milliseconds from one look at the manifests to the next. */
const reloadEvery = 1_000;

export interface Documents extends PersistedDocuments {
  /** What applications were built with. */
  trusted(): readonly TrustedDocument[];
  /** To be started before anything is asked for. */
  readonly parts: readonly Part[];
}

/** What clients may ask for without sending it: what they sent before, and what they were built with. */
export function createDocuments(
  { trustedDocuments }: Pick<GatewayConfig, "trustedDocuments">,
  redis: Redis | undefined,
  watch: DocumentsWatch,
): Documents {
  const memory = keepInMemory();
  const kept = redis === undefined ? memory : keepInRedis(memory, redis);
  if (trustedDocuments.mode === "off") {
    return { kept, trust: undefined, trusted: () => [], parts: [] };
  }
  const { folder, mode } = trustedDocuments;
  const { failed, loaded } = watch;
  const trusted = createTrustedDocuments({ folder, every: reloadEvery, failed, loaded });
  const trust = createTrust(trusted, mode, watch.untrusted);
  return { kept, trust, trusted: trusted.all, parts: [trusted] };
}
