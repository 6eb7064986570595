import { readFileSync } from "node:fs";
import { RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { CompiledGateway } from "../../gateway/execute/compiled-gateway.ts";

/** The process of our engine as anyone would use it in Apollo Server: `node serve-in-apollo.js SUPERGRAPH PORT`. */
const [supergraph = "", port] = process.argv.slice(2);
const gateway = new CompiledGateway({
  supergraphSdl: readFileSync(supergraph, "utf8"),
  buildService: ({ url = "" }) => new RemoteGraphQLDataSource({ url }),
});
const server = new ApolloServer({ gateway });
await startStandaloneServer(server, { listen: { host: "127.0.0.1", port: Number(port) } });
