import { afterEach, expect, test } from "@jest/globals";
import { systemClock } from "../../runtime/clock.ts";
import type { HttpServer } from "../../runtime/http-server.ts";
import { type Viewer, writeAsker } from "../../runtime/identity.ts";
import { createLog } from "../../runtime/log.ts";
import { createRequestSigner, signatureHeader } from "../../runtime/request-signature.ts";
import { startRedis, type TestRedis } from "../../tests/harness/redis.ts";
import { signingKey } from "../../tests/harness/signed-client.ts";
import { withRedis } from "../../tests/harness/with-redis.ts";
import { createSubgraphServer } from "./subgraph-server.ts";

const started: HttpServer[] = [];
let redis: TestRedis | undefined;

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
  await redis?.stop();
  redis = undefined;
});

interface Context {
  readonly viewer: Viewer;
  readonly address: string;
}

/** A replica of a subgraph that says who asks. */
async function startReplica(redisUrl?: string): Promise<HttpServer> {
  const server = createSubgraphServer<Context>({
    host: "127.0.0.1",
    port: 0,
    development: false,
    signingKey,
    redisUrl,
    clock: systemClock,
    log: createLog("test", "silent"),
    typeDefs: "type Query { asker: String } type Mutation { count: Int }",
    resolvers: {
      Query: {
        asker: (_root: unknown, _args: unknown, { address, viewer }: Context) =>
          `${viewer.kind === "user" ? viewer.id : "nobody"} at ${address}`,
      },
    },
    createContext: (viewer, address) => ({ viewer, address }),
  });
  await server.start();
  started.push(server);
  return server;
}

const ada: Viewer = { kind: "user", id: "ada", role: "USER", session: "s" };
const body = '{"query":"{ asker }"}';
const request = { method: "POST", path: "/graphql", body };
const sign = createRequestSigner({ key: signingKey, sender: "gateway", clock: systemClock });

async function ask(
  server: HttpServer,
  signature: string,
  text = body,
  path = "/graphql",
): Promise<readonly [status: number, text: string]> {
  const headers = { "content-type": "application/json", [signatureHeader]: signature };
  const response = await fetch(`${server.url()}${path}`, { method: "POST", headers, body: text });
  return [response.status, await response.text()];
}

const answered = [200, '{"data":{"asker":"ada at 203.0.113.7"}}\n'];

test("a subgraph answers for the viewer, and knows where they are, by what the gateway signed", async () => {
  const server = await startReplica();
  expect(await ask(server, sign(request, writeAsker(ada, "203.0.113.7")))).toEqual(answered);
});

test("S27 a request that is signed is refused at another path, and when its end is cut off or more comes after it", async () => {
  const server = await startReplica();
  const signed = (): string => sign(request, writeAsker(ada, ""));
  expect((await ask(server, signed(), body, "/graphql?a=b"))[0]).toBe(401);
  expect((await ask(server, signed(), `${body} `))[0]).toBe(401);
  expect((await ask(server, signed(), body.slice(0, -1)))[0]).toBe(401);
  expect((await ask(server, signed(), ""))[0]).toBe(401);
});

test("S27 nothing of an unsigned body is parsed; a signed one that is no JSON is told so", async () => {
  const server = await startReplica();
  expect((await ask(server, "", '{"query":'))[0]).toBe(401);
  const broken = '{"query":';
  const signed = sign({ ...request, body: broken }, writeAsker(ada, ""));
  const [status, text] = await ask(server, signed, broken);
  expect([status, JSON.parse(text).errors[0].extensions.code]).toEqual([400, "BAD_REQUEST"]);
});

test("S27 without Redis a request counts once at each replica", async () => {
  const [one, other] = [await startReplica(), await startReplica()];
  const signed = sign(request, writeAsker(ada, "203.0.113.7"));
  for (const replica of [one, other]) {
    expect(await ask(replica, signed)).toEqual(answered);
    expect((await ask(replica, signed))[0]).toBe(401);
  }
});

withRedis("with Redis", () => {
  test("S27 a request counts once in all", async () => {
    redis = await startRedis();
    const [one, other] = [await startReplica(redis.url), await startReplica(redis.url)];
    const signed = sign(request, writeAsker(ada, "203.0.113.7"));
    expect(await ask(one, signed)).toEqual(answered);
    expect((await ask(other, signed))[0]).toBe(401);
    expect((await ask(one, signed))[0]).toBe(401);
  });

  test("R62 with Redis gone requests are answered, and each replica refuses what it has met", async () => {
    redis = await startRedis();
    const server = await startReplica(redis.url);
    await redis.kill();
    const signed = sign(request, writeAsker(ada, "203.0.113.7"));
    expect(await ask(server, signed)).toEqual(answered);
    expect((await ask(server, signed))[0]).toBe(401);
  });
});
