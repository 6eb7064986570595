import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createQuickAnswers } from "./answer-quickly.ts";
import { shopSubgraphs } from "./shop-subgraphs.ts";

/** The process of the four subgraphs, started by shop-process.ts, which may ask how many requests came so far. */
const urls: Record<string, string> = {};
let calls = 0;

for (const subgraph of shopSubgraphs) {
  const answer = createQuickAnswers(subgraph);
  const server = createServer((request, response) => {
    calls += 1;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
      answer(body?.toString("utf8") ?? "").then(
        (text) => send(response, 200, text),
        (error: unknown) => send(response, 500, Buffer.from(String(error))),
      );
    });
  });
  urls[subgraph.name] = await listen(server);
}

process.on("message", () => process.send?.({ calls }));
process.on("disconnect", () => process.exit());
process.send?.({ ready: "shop", urls });

function send(response: ServerResponse, status: number, text: Buffer): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": text.length,
  });
  response.end(text);
}

async function listen(server: Server): Promise<string> {
  // No gateway's pooled connection may end between two requests: that race is not what is measured.
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}
