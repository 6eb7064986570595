import { isTimely, macOf, sameText } from "./signature.ts";

/** Who asks. The gateway makes it from an access token; a subgraph from the gateway's signed header. */
export type Viewer =
  | { readonly kind: "anonymous" }
  | { readonly kind: "user"; readonly id: string; readonly role: string; readonly session: string };

export const anonymous: Viewer = { kind: "anonymous" };

/** The header in which the gateway passes the viewer on to a subgraph. */
export const viewerHeader = "x-supergraph-viewer";

/** `v1.PAYLOAD.MAC`: payload is base64url JSON of viewer and time of signing, the MAC is HMAC-SHA256 over `v1.PAYLOAD`. */
export function signViewer(viewer: Viewer, key: string, now: number): string {
  const at = Math.floor(now / 1000);
  const claims = viewer.kind === "user" ? [at, viewer.id, viewer.role, viewer.session] : [at];
  const body = `v1.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
  return `${body}.${macOf(body, key)}`;
}

/** The viewer of a signed header, or undefined when it is missing, malformed, forged, too old or from the future. */
export function verifyViewer(
  header: string | undefined,
  key: string,
  now: number,
): Viewer | undefined {
  if (header === undefined || header.length > 1024) return undefined;
  const end = header.lastIndexOf(".");
  const body = header.slice(0, end);
  if (end < 0 || !body.startsWith("v1.") || !sameText(header.slice(end + 1), macOf(body, key))) {
    return undefined;
  }
  const claims: unknown = JSON.parse(Buffer.from(body.slice(3), "base64url").toString());
  if (!Array.isArray(claims)) return undefined;
  const [at, id, role, session]: unknown[] = claims;
  if (typeof at !== "number" || !isTimely(at, now)) return undefined;
  if (id === undefined) return anonymous;
  if (typeof id !== "string" || typeof role !== "string" || typeof session !== "string") {
    return undefined;
  }
  return { kind: "user", id, role, session };
}
