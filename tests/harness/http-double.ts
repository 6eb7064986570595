import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";

/** What a request brought. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A real HTTP server that does what a test says; it can be stopped and started again at the same port. */
export interface HttpDouble {
  readonly url: string;
  readonly heard: Heard[];
  start(): Promise<void>;
  stop(): Promise<void>;
}

export type Behaviour = (heard: Heard, response: ServerResponse) => unknown;

export async function createHttpDouble(behave: Behaviour): Promise<HttpDouble> {
  const heard: Heard[] = [];
  let port = 0;
  let server = makeServer();

  function makeServer(): ReturnType<typeof createServer> {
    return createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { headers, method = "", url = "" } = request;
      const one = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
      heard.push(one);
      await behave(one, response);
    });
  }

  async function start(): Promise<void> {
    if (server.listening) return;
    server = makeServer();
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    port = address.port;
  }

  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    start,
    async stop() {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Answers with JSON. */
export function answerJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}
