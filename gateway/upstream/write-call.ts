import { signatureHeader } from "../../runtime/request-signature.ts";
import type { SubgraphCall } from "./send.ts";

/** Tells a subgraph how many milliseconds are left for its answer; nobody waits for it longer. */
const timeoutHeader = "x-supergraph-timeout";

/** A call's headers, names and values by turns: so they cost undici the least. */
export function writeHeaders(
  { context, deadline }: SubgraphCall,
  signature: string | undefined,
): string[] {
  const written = [
    "content-type",
    "application/json",
    "accept",
    "application/graphql-response+json, application/json",
    "x-request-id",
    context.requestId,
  ];
  if (deadline !== undefined) {
    const left = Math.max(1, Math.floor(deadline - performance.now()));
    written.push(timeoutHeader, String(left));
  }
  addAll(written, context.forwarded);
  addAll(written, context.trace);
  // No header of a client's has this name: such are not forwarded.
  if (signature !== undefined) written.push(signatureHeader, signature);
  return written;
}

function addAll(written: string[], headers: Readonly<Record<string, string>>): void {
  for (const name in headers) written.push(name, headers[name] ?? "");
}

export function writeBody({ body, operationName, query, variables }: SubgraphCall): string {
  return body ?? JSON.stringify({ query, operationName, variables });
}
