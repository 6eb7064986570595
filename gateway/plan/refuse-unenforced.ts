import { parse } from "graphql";
import { ConfigError } from "../../runtime/env.ts";
import { featuresOf } from "./strip-features.ts";

/** Features that ask a gateway to refuse something. */
const enforcing: ReadonlySet<string> = new Set([
  "authenticated",
  "requiresScopes",
  "policy",
  "cost",
]);

/**
 * A supergraph that relies on a check which is not made here must not be served as if it were.
 * @throws ConfigError
 */
export function refuseUnenforced(supergraphSdl: string): void {
  const found = featuresOf(parse(supergraphSdl, { noLocation: true })).filter(({ name }) =>
    enforcing.has(name),
  );
  if (found.length === 0) return;
  const names = found.map(({ name }) => `@${name}`).join(", ");
  throw new ConfigError(
    `The supergraph uses ${names}, which this gateway does not enforce. GATEWAY_ALLOW_UNENFORCED=1 serves it as if nothing asked for it.`,
  );
}
