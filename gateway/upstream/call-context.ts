import type { IncomingHttpHeaders } from "node:http";
import type { Request, Viewer } from "../request.ts";

/** What all calls have in common that one client request leads to. */
export interface CallContext {
  readonly viewer: Viewer;
  /** Where the client is, as its limits are counted. */
  readonly address?: string | undefined;
  readonly requestId: string;
  /** The client's headers that are listed for forwarding; lower-case names. */
  readonly forwarded: Readonly<Record<string, string>>;
  /** `traceparent`, and `tracestate` with it, when the client sent valid ones. */
  readonly trace: Readonly<Record<string, string>>;
  /** Aborted when the client leaves. */
  readonly signal?: { readonly aborted: boolean } | undefined;
  /** When the request's time is over, in milliseconds of `performance.now()`. */
  readonly deadline?: number | undefined;
}

interface CallContextOptions {
  /** Lower-case names. */
  readonly forwardHeaders: readonly string[];
  /** Milliseconds that a request may take. */
  readonly requestTimeout: number;
}

export type ContextOf = (request: Request) => CallContext;

const nothing: Readonly<Record<string, string>> = Object.freeze({});

/** Makes the context of a request's calls, once for each request: its time runs from then on. */
export function createCallContexts({
  forwardHeaders,
  requestTimeout,
}: CallContextOptions): ContextOf {
  return ({ address, headers, id, signal, viewer }) => ({
    viewer,
    address,
    requestId: id,
    forwarded: forwardHeaders.length === 0 ? nothing : pick(headers, forwardHeaders),
    trace: headers["traceparent"] === undefined ? nothing : traceOf(headers),
    signal,
    deadline: performance.now() + requestTimeout,
  });
}

function pick(
  headers: IncomingHttpHeaders,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (value !== undefined) picked[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return picked;
}

/** W3C Trace Context: a parent that is not valid starts a new trace, and its state goes with it. */
function traceOf(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const { traceparent, tracestate } = headers;
  if (typeof traceparent !== "string" || !validParent.test(traceparent)) return nothing;
  return typeof tracestate === "string" && validState.test(tracestate)
    ? { traceparent, tracestate }
    : { traceparent };
}

const validParent = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const validState = /^[\t\x20-\x7e]{1,512}$/;
