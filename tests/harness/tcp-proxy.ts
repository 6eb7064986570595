import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A wire between two processes that a test can cut, freeze and mend. */
export interface TcpProxy {
  readonly port: number;
  /** New connections are reset, and those that stand. */
  cut(): void;
  /** Connections stay and take bytes, but nothing passes any more. */
  freeze(): void;
  /** New connections pass; frozen ones are closed. */
  mend(): void;
  stop(): Promise<void>;
}

export async function createTcpProxy(targetPort: number): Promise<TcpProxy> {
  let mode: "open" | "cut" | "frozen" = "open";
  const sockets = new Set<Socket>();

  const server = createServer((inbound) => {
    keep(inbound);
    if (mode === "cut") {
      inbound.resetAndDestroy();
      return;
    }
    if (mode === "frozen") return;
    const outbound = connect(targetPort, "127.0.0.1");
    keep(outbound);
    inbound.pipe(outbound);
    outbound.pipe(inbound);
    inbound.once("close", () => outbound.destroy());
    outbound.once("close", () => inbound.destroy());
  });

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => sockets.delete(socket));
  }

  function drop(): void {
    for (const socket of sockets) socket.resetAndDestroy();
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");

  return {
    port: address.port,
    cut() {
      mode = "cut";
      drop();
    },
    freeze() {
      mode = "frozen";
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
    mend() {
      if (mode === "frozen") drop();
      mode = "open";
    },
    async stop() {
      drop();
      server.close();
      await once(server, "close");
    },
  };
}
