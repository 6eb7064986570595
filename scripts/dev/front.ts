import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";

/** The port of a subgraph while the processes behind it come and go. */
export interface Front {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** From now on, requests for this generation and those for none go to a process. */
  lead(generation: number, url: string): void;
  /** Leads nothing to a process any more, and waits until it has answered what it was asked. */
  leave(url: string): Promise<void>;
}

export interface FrontOptions {
  readonly host: string;
  readonly port: number;
}

/** A process and what it still has to answer. */
interface Target {
  readonly url: URL;
  inFlight: number;
  idle: () => void;
}

/** The query parameter that says with which supergraph's schema a request was planned. */
const mark = "generation";

/** The URL that a supergraph has for a subgraph behind a front. */
export function markedUrl(url: string, generation: number): string {
  const marked = new URL(url);
  marked.searchParams.set(mark, String(generation));
  return marked.href;
}

/**
 * A stable HTTP server at the subgraph's port that hands each request to a process: to the one whose schema it was planned
 * with, or to the newest. Connections of clients outlive the processes, so none is cut when one ends.
 */
export function createFront({ host, port }: FrontOptions): Front {
  const targets = new Map<string, Target>();
  const byGeneration = new Map<string, Target>();
  let newest: Target | undefined;

  function targetOf(asked: URL): Target | undefined {
    return byGeneration.get(asked.searchParams.get(mark) ?? "") ?? newest;
  }

  function handOn(asked: IncomingMessage, answer: ServerResponse): void {
    const url = new URL(asked.url ?? "/", "http://front");
    const target = targetOf(url);
    if (target === undefined) {
      answer.writeHead(503).end();
      return;
    }
    target.inFlight += 1;
    answer.once("close", () => {
      target.inFlight -= 1;
      if (target.inFlight === 0) target.idle();
    });
    // A connection of its own: a kept one might be closed by the other side just when it is used.
    const headers = { ...asked.headers, connection: "close" };
    const { method } = asked;
    const { hostname, port } = target.url;
    // As it was signed, with the mark.
    const path = asked.url;
    const passed = request({ hostname, port, path, method, headers, agent: false }, (given) => {
      const { connection: _, "keep-alive": __, ...kept } = given.headers;
      answer.writeHead(given.statusCode ?? 502, kept);
      // An answer that breaks off is broken off here too, rather than never ended.
      pipeline(given, answer, () => undefined);
    });
    passed.on("error", () => {
      if (answer.headersSent) answer.destroy();
      else answer.writeHead(502).end();
    });
    answer.once("close", () => passed.destroy());
    asked.pipe(passed);
  }

  const server = createServer({ keepAliveTimeout: 72_000 }, handOn);
  return {
    async start() {
      server.listen({ host, port });
      await once(server, "listening");
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
    lead(generation, url) {
      newest = targets.get(url) ?? { url: new URL(url), inFlight: 0, idle: () => {} };
      targets.set(url, newest);
      byGeneration.set(String(generation), newest);
    },
    async leave(url) {
      const target = targets.get(url);
      if (target === undefined) return;
      targets.delete(url);
      for (const [generation, one] of byGeneration) {
        if (one === target) byGeneration.delete(generation);
      }
      if (target.inFlight === 0) return;
      await new Promise<void>((resolve) => {
        target.idle = resolve;
      });
    },
  };
}
