import { hash } from "node:crypto";
import { oncePerViewer } from "../../runtime/identity.ts";
import type { Scope } from "../plan/program.ts";
import type { Viewer } from "../request.ts";
import type { CallContext } from "../upstream/call-context.ts";

/** What tells requests apart that may not get the same: those for what everyone gets, and those for what a viewer gets. */
export type Sharers = Readonly<Record<Scope, string>>;

export function createSharersOf(): (context: CallContext) => Sharers {
  // Of JSON: no id of an issuer can look like the end of another, and nothing that tells viewers apart is left out.
  const viewerKey = oncePerViewer((viewer: Viewer) =>
    viewer.kind === "anonymous" ? "" : hash("sha256", JSON.stringify(viewer), "base64url"),
  );

  return ({ forwarded, viewer }) => {
    const key = forwardedKey(forwarded);
    return { PUBLIC: key, PRIVATE: `${viewerKey(viewer)} ${key}` };
  };
}

function forwardedKey(forwarded: Readonly<Record<string, string>>): string {
  for (const _ in forwarded) return JSON.stringify(forwarded);
  return "";
}
