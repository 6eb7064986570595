import { Pool } from "undici";
import type { Exchange } from "./exchange.ts";
import type { SignCall } from "./sign-call.ts";
import { SubgraphFault } from "./subgraph-fault.ts";
import { writeHeaders } from "./write-call.ts";

export interface LineOptions {
  /** Connections to one subgraph at most. */
  readonly connections: number;
  /** Calls that wait for one at most; beyond it they are refused at once. */
  readonly queue: number;
  /** Milliseconds for opening a connection. */
  readonly connectTimeout: number;
  /** Undefined: calls go unsigned, and our subgraphs refuse them. */
  readonly sign: SignCall | undefined;
}

/** Bytes of an answer that are read at most. */
const maxAnswer = 32 * 1024 * 1024;

/** The connections to one subgraph, and the calls that wait for one. */
export interface SubgraphLine {
  ask(exchange: Exchange): void;
  /** To be told when undici has let go of an exchange: the next may start. */
  released(): void;
  /** Stops waiting for a connection, if it was. */
  forget(exchange: Exchange): void;
  close(): Promise<void>;
}

export function createSubgraphLine(url: URL, options: LineOptions): SubgraphLine {
  const path = url.pathname + url.search;
  const pool = new Pool(url.origin, {
    connections: options.connections,
    pipelining: 1,
    connect: { timeout: options.connectTimeout },
    // The deadline of each call stands for both.
    headersTimeout: 0,
    bodyTimeout: 0,
    // Less than Node's 5 s, for servers that do not say how long they keep a connection.
    keepAliveTimeout: 4_000,
    maxResponseSize: maxAnswer,
  });
  // Waiting is done here and not in the pool, which has no bound and cannot forget one.
  const waiting = new Set<Exchange>();
  let busy = 0;
  let closing: Promise<void> | undefined;

  function start(exchange: Exchange): void {
    busy += 1;
    const { body, call } = exchange;
    // A signature is good once, for a minute: each try gets its own when it leaves.
    const signature = options.sign?.(path, body, call.context);
    const headers = writeHeaders(call, signature);
    pool.dispatch({ path, method: "POST", headers, body }, exchange);
  }

  return {
    ask(exchange) {
      if (busy < options.connections) start(exchange);
      else if (waiting.size < options.queue) waiting.add(exchange);
      else exchange.giveUp(new SubgraphFault("OVERLOADED", "too many calls wait for a connection"));
    },
    released() {
      busy -= 1;
      if (waiting.size === 0) return;
      const [next] = waiting;
      if (next === undefined) return;
      waiting.delete(next);
      start(next);
    },
    forget(exchange) {
      waiting.delete(exchange);
    },
    close() {
      for (const exchange of waiting) {
        exchange.giveUp(new SubgraphFault("SUBGRAPH_UNAVAILABLE", "its connections are closed"));
      }
      closing ??= pool.close();
      return closing;
    },
  };
}
