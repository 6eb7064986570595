import { readFileSync } from "node:fs";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { CompiledGateway } from "../../gateway/execute/compiled-gateway.ts";
import { stringifyResult } from "../../gateway/execute/text-data.ts";

/** The process of our engine as anyone would use it in Apollo Server: `node serve-in-apollo.js SUPERGRAPH PORT`. */
const [supergraph = "", port] = process.argv.slice(2);
const gateway = new CompiledGateway({
  supergraphSdl: readFileSync(supergraph, "utf8"),
  asText: true,
});
const server = new ApolloServer({ gateway, stringifyResult, stopOnTerminationSignals: false });
await startStandaloneServer(server, { listen: { host: "127.0.0.1", port: Number(port) } });
// Apollo Server would end by the signal, and a profile of it be lost.
process.once("SIGTERM", () => server.stop());
