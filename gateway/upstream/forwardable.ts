/**
 * Whether a client's header may be listed for forwarding. Never those that carry credentials (subgraphs trust the signed
 * viewer alone), those that belong to one connection, and those by which the gateway says something itself.
 */
export function isForwardable(name: string): boolean {
  return /^[a-z\d]+(-[a-z\d]+)*$/.test(name) && !never.has(name) && !internal.test(name);
}

/** What the gateway tells its subgraphs and nobody else may, and what would make a stock subgraph send its traces. */
const internal = /^(x-supergraph-|apollo-federation-|proxy-|sec-)/;

const never: ReadonlySet<string> = new Set([
  // Credentials.
  "authorization",
  "cookie",
  "cookie2",
  "set-cookie",
  // Of one connection.
  "connection",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  // Of one body.
  "accept",
  "accept-encoding",
  "content-encoding",
  "content-length",
  "content-type",
  // Forwarded by themselves.
  "traceparent",
  "tracestate",
  "x-request-id",
]);
