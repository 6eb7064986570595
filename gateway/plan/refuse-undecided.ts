import { parse } from "graphql";
import { ConfigError } from "../../runtime/env.ts";
import type { Requirement } from "../request.ts";
import { strangersOf } from "./requirement-names.ts";

/**
 * A supergraph with directives that look as if they asked for a check, and are not those that are known here, must not be
 * served as if they did not.
 * @throws ConfigError
 */
export function refuseUndecided(supergraphSdl: string): void {
  const [stranger] = strangersOf(parse(supergraphSdl, { noLocation: true }));
  if (stranger === undefined) return;
  throw new ConfigError(
    `The supergraph uses a @${stranger} that is not https://specs.apollo.dev/${stranger}, and which this gateway does not enforce. GATEWAY_ALLOW_UNENFORCED=1 serves it as if nothing asked for it.`,
  );
}

/**
 * What nobody can decide is never granted: who composed it should know at once.
 * @param known names of all policies that can be decided
 * @throws ConfigError
 */
export function refuseUnknownPolicies(
  requirements: readonly Requirement[],
  known: readonly string[],
): void {
  const named = requirements.flatMap((one) => (one.kind === "policies" ? one.anyOf.flat() : []));
  const unknown = [...new Set(named)].filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new ConfigError(
    `The supergraph names policies that this gateway does not have: ${unknown.join(", ")}. GATEWAY_POLICIES says where they are.`,
  );
}
