import { hkdfSync } from "node:crypto";
import { isTimely, macOf, sameText } from "./signature.ts";

/** The header in which one service of the graph proves to another that a request is its own. */
export const serviceHeader = "x-supergraph-service";

/** What is signed of a request. */
export interface ServiceRequest {
  readonly method: string;
  /** With the query, without the host. */
  readonly path: string;
  readonly body: string;
}

/** `v1.SECONDS.MAC`: when it was signed, and the HMAC-SHA256 over that, method, path and body. */
export function signServiceRequest(request: ServiceRequest, key: string, now: number): string {
  const seconds = String(Math.floor(now / 1000));
  return `v1.${seconds}.${serviceMac(seconds, request, key)}`;
}

/** Whether a service that has the key sent exactly this, not too long ago. */
export function verifyServiceRequest(
  header: string | undefined,
  request: ServiceRequest,
  key: string,
  now: number,
): boolean {
  const [, seconds, mac] = /^v1\.(\d{1,12})\.([\w-]{43})$/.exec(header ?? "") ?? [];
  if (seconds === undefined || mac === undefined || !isTimely(Number(seconds), now)) return false;
  return sameText(mac, serviceMac(seconds, request, key));
}

function serviceMac(seconds: string, { method, path, body }: ServiceRequest, key: string): string {
  // A key of its own, so that nothing that was signed for another purpose is good here, nor the other way round.
  const purpose = "todo-supergraph service request";
  const derived = new Uint8Array(hkdfSync("sha256", key, "", purpose, 32));
  return macOf(`${seconds}\n${method} ${path}\n${body}`, derived);
}
