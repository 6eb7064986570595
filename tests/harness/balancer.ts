import { once } from "node:events";
import { Agent, createServer, request } from "node:http";

/** One address in front of several replicas: each request goes to any of them. */
export interface Balancer {
  readonly url: string;
  stop(): Promise<void>;
}

/** @param replicas their origins */
export async function createBalancer(replicas: readonly string[]): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((inbound, response) => {
    const replica = replicas[Math.floor(Math.random() * replicas.length)] ?? "";
    const { headers, method, url = "/" } = inbound;
    const outbound = request(new URL(url, replica), { agent, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outbound.on("error", () => response.destroy());
    inbound.pipe(outbound);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
