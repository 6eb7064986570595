import { ApolloServer } from "@apollo/server";
import { defineIntegrationTestSuite } from "@apollo/server-integration-testsuite";
import { describe, expect, it, test } from "@jest/globals";
import { answerByApollo } from "../../runtime/answer-by-apollo.ts";
import { createHttpServer } from "../../runtime/http-server.ts";
import { createLog } from "../../runtime/log.ts";

/**
 * What the suite leaves out for integrations without incremental delivery. `@defer` and `@stream` need graphql 17, which does
 * not run beside Apollo's gateway: those are no tests of ours that wait, so they are not reported as skipped but counted here.
 */
const leftOut: string[] = [];
const leaveOut = ((name: string) => leftOut.push(name)) as never;
describe.skip = leaveOut;
it.skip = leaveOut;

// What the subgraphs answer with, held against what Apollo asks of every HTTP integration of its server.
defineIntegrationTestSuite(
  async (config, options) => {
    const server = new ApolloServer(config);
    const http = createHttpServer({
      host: "127.0.0.1",
      port: 0,
      log: createLog("test", "silent"),
      ready: () => true,
      bodyLimit: 1024 * 1024,
    });
    await server.start();
    http.app.all("/", (request, reply) =>
      answerByApollo(server, request, reply, options?.context ?? (async () => ({}))),
    );
    await http.start();
    return { server, url: http.url(), extraCleanup: () => http.stop() };
  },
  { noIncrementalDelivery: true },
);

test("nothing but incremental delivery is left out of the suite", () => {
  expect(leftOut).toEqual([
    "includes all fields with defer legacy",
    "includes all fields with defer modern",
    "incremental delivery",
  ]);
});
