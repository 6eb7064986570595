import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import fastify, { type FastifyInstance } from "fastify";
import { collectDefaultMetrics, Registry } from "prom-client";
import { failure } from "./errors.ts";
import { guardPages } from "./guard-pages.ts";
import { InFlight } from "./in-flight.ts";
import type { Part } from "./lifecycle.ts";
import type { Log } from "./log.ts";
import { requestIdOf } from "./request-id.ts";
import { unreadable } from "./unreadable.ts";

export interface HttpServerOptions {
  readonly host: string;
  /** 0 takes a free port; `url()` tells which. */
  readonly port: number;
  readonly log: Log;
  /** Whether requests can be answered now; `/readyz` says so to a load balancer. */
  readonly ready: () => boolean;
  /** Bytes of a request body that are read at most. */
  readonly bodyLimit: number;
  /** Milliseconds in which a request must have come, head and body, or else its connection is closed; 30 s if not said. */
  readonly arrivalTimeout?: number;
}

export interface HttpServer extends Part {
  readonly app: FastifyInstance;
  /** Metrics of this process; `/metrics` prints them in Prometheus' text format. */
  readonly metrics: Registry;
  /** Bytes of a request body that are read at most. */
  readonly bodyLimit: number;
  /** Whether it answers its last requests: connections end with their answers. */
  stopping(): boolean;
  /** Lets a listener have requests before Fastify, until the server stops. It says of each whether it took it. */
  takeFirst(take: (request: IncomingMessage, response: ServerResponse) => boolean): void;
  /** Where the server listens, without a trailing slash; only once it is started. */
  url(): string;
}

/** Milliseconds that a connection without a request has to send one once the server stops. */
const silentFor = 500;

/** The HTTP server of every process: probes and metrics are in, the caller adds its routes to `app`. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { arrivalTimeout = 30_000, host, port, log } = options;
  const app = fastify({
    bodyLimit: options.bodyLimit,
    forceCloseConnections: "idle",
    genReqId: requestIdOf,
    logger: false,
    requestTimeout: arrivalTimeout,
    http: {
      // With a longer time for heads than for whole requests, Node never gives up a slow body.
      headersTimeout: arrivalTimeout,
      // On its own Node looks for late requests every 30 s, and so would wait twice as long.
      connectionsCheckingInterval: arrivalTimeout / 6,
    },
    return503OnClosing: true,
  });
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  let stopping = false;
  const silent = watchSilence(app.server);

  guardPages(app);
  // A client that learns of the stop by its answer opens its next connection elsewhere.
  app.addHook("onSend", (_request, reply, _body, next) => {
    if (stopping) reply.header("connection", "close");
    next();
  });
  app.get("/livez", () => ({ status: "live" }));
  app.get("/readyz", (_request, reply) => {
    const ready = !stopping && options.ready();
    return reply.code(ready ? 200 : 503).send({ status: ready ? "ready" : "not ready" });
  });
  app.get("/metrics", async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.metrics()),
  );
  app.setNotFoundHandler((_request, reply) =>
    reply
      .code(404)
      .send({ errors: [failure("NOT_FOUND", "There is nothing at this path.").toJSON()] }),
  );
  app.setErrorHandler((thrown, request, reply) => {
    const { error, status } = unreadable(thrown) ?? {
      error: failure("INTERNAL_SERVER_ERROR"),
      status: 500,
    };
    if (status === 500) log.error({ err: thrown, request: request.id }, "a request failed");
    return reply.code(status).send({ errors: [error.toJSON()] });
  });

  return {
    name: "http server",
    app,
    metrics,
    bodyLimit: options.bodyLimit,
    stopping: () => stopping,
    takeFirst(take) {
      const others = app.server.listeners("request");
      app.server.removeAllListeners("request");
      app.server.on("request", (request, response) => {
        if (!stopping && take(request, response)) return;
        for (const listener of others) listener.call(app.server, request, response);
      });
    },
    async start() {
      await app.listen({ host, port });
    },
    async stop() {
      stopping = true;
      const last = performance.now() + silentFor;
      // Connections that were busy when the server closed would otherwise be kept alive for the next request. Those that browsers
      // open ahead are idle to nobody else: for Node, the first request of a connection is under way from the start.
      const sweep = setInterval(() => {
        app.server.closeIdleConnections();
        if (performance.now() > last) silent.close();
      }, 50);
      await app.close().finally(() => clearInterval(sweep));
    },
    url() {
      const address = app.server.address();
      if (address === null || typeof address === "string")
        throw new Error("the server does not listen");
      return `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`;
    },
  };
}

/** Knows the connections on which nothing has been sent yet. */
function watchSilence(server: Server): { close(): void } {
  const sockets = new InFlight<Socket, Socket>();
  server.on("connection", (socket) => {
    sockets.set(socket, socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return {
    close() {
      for (const socket of sockets.values()) if (socket.bytesRead === 0) socket.destroy();
    },
  };
}
