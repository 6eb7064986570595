import { hash } from "node:crypto";
import type { Scope } from "../plan/program.ts";
import type { Viewer } from "../request.ts";
import type { CallContext } from "../upstream/call-context.ts";

/** What tells requests apart that may not get the same: those for what everyone gets, and those for what a viewer gets. */
export type Sharers = Readonly<Record<Scope, string>>;

export function createSharersOf(): (context: CallContext) => Sharers {
  // Viewers are the same object for all requests of a token.
  const known = new WeakMap<Viewer, string>();

  function viewerKey(viewer: Viewer): string {
    if (viewer.kind === "anonymous") return "";
    const before = known.get(viewer);
    if (before !== undefined) return before;
    // Of JSON: no id of an issuer can look like the end of another, and nothing that tells viewers apart is left out.
    const key = hash("sha256", JSON.stringify(viewer), "base64url");
    known.set(viewer, key);
    return key;
  }

  return ({ forwarded, viewer }) => {
    const key = forwardedKey(forwarded);
    return { PUBLIC: key, PRIVATE: `${viewerKey(viewer)} ${key}` };
  };
}

function forwardedKey(forwarded: Readonly<Record<string, string>>): string {
  for (const _ in forwarded) return JSON.stringify(forwarded);
  return "";
}
