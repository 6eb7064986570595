import { readFileSync } from "node:fs";
import { ApolloServer } from "@apollo/server";
import { CompiledGateway } from "../../gateway/execute/compiled-gateway.ts";
import { stringifyResult } from "../../gateway/execute/text-data.ts";
import { type ApolloDoor, serveApollo } from "./serve-apollo.ts";

/** The process of our engine as anyone would use it in Apollo Server: `node serve-in-apollo.js SUPERGRAPH PORT http|express`. */
const [supergraph = "", port, door] = process.argv.slice(2);
const gateway = new CompiledGateway({
  supergraphSdl: readFileSync(supergraph, "utf8"),
  asText: true,
});
const server = new ApolloServer({ gateway, stringifyResult, stopOnTerminationSignals: false });
await serveApollo(server, Number(port), door as ApolloDoor);
