import { createServer } from "node:http";
import type { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { askApollo } from "../../runtime/answer-by-apollo.ts";

/** What is before Apollo Server's pipeline: `node:http` and nothing else, or the Express that it brings along. */
export type ApolloDoor = "http" | "express";

/** Serves until it is told to end. The pipeline is all of Apollo Server: it reads headers, parses, validates, and writes the answer. */
export async function serveApollo(
  server: ApolloServer,
  port: number,
  door: ApolloDoor,
): Promise<void> {
  const listen = { host: "127.0.0.1", port };
  if (door === "express") await startStandaloneServer(server, { listen });
  else {
    await server.start();
    serveByHttp(server).listen(listen);
  }
  // Apollo Server would end by the signal, and a profile of it be lost.
  process.once("SIGTERM", () => server.stop().finally(() => process.exit()));
}

function serveByHttp(server: ApolloServer): ReturnType<typeof createServer> {
  return createServer((request, response) => {
    const { headers, method = "" } = request;
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      text += chunk;
    });
    request.on("end", async () => {
      const question = { method, headers, search: "", body: JSON.parse(text) as unknown };
      const answer = await askApollo(server, question, async () => ({}));
      if (answer.body.kind !== "complete") throw new Error("an answer in parts");
      for (const [name, value] of answer.headers) response.setHeader(name, value);
      response.writeHead(answer.status ?? 200).end(answer.body.string);
    });
  });
}
