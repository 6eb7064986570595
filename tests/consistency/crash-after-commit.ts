import { envToConfig } from "../../gateway/config.ts";
import { createGateway } from "../../gateway/gateway.ts";
import { createLog } from "../../runtime/log.ts";
import { createClient } from "../harness/client.ts";
import type { Account, ReplicatedGraph } from "../harness/replicated-graph.ts";
import { startSubgraphProcess } from "../harness/subgraph-process.ts";
import { createTcpProxy } from "../harness/tcp-proxy.ts";
import { until } from "../harness/until.ts";

/** A value that everybody may read, by service: how to write it, how to read it, and where its rows are. */
interface Register {
  readonly service: "users" | "todos";
  readonly row: string;
  write(token: string, gateway: string, value: string): Promise<unknown>;
  read(gateway: string): Promise<string>;
}

/** The name of somebody's profile. */
export function profileOf({ id }: Account): Register {
  return {
    service: "users",
    row: `SELECT FROM users WHERE id = '${id}' AND name =`,
    write: (token, gateway, name) =>
      createClient(gateway, token).send(
        "mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { __typename } }",
        { input: { name } },
      ),
    read: async (gateway) => {
      const document = "query ($id: ID!) { user(id: $id) { name } }";
      return (await createClient(gateway).data(document, { id })).user.name;
    },
  };
}

/** The name of a public list that is made for it. */
export async function publicListOf(account: Account, gateway: string): Promise<Register> {
  const made = await createClient(gateway, account.token).data(
    'mutation { createList(input: { name: "a", visibility: PUBLIC }) { list { id } } }',
  );
  const { id } = made.createList.list;
  let version = 0;
  return {
    service: "todos",
    row: `SELECT FROM lists WHERE id = '${id}' AND name =`,
    write(token, gateway, name) {
      version += 1;
      return createClient(gateway, token).send(
        "mutation ($input: UpdateListInput!) { updateList(input: $input) { __typename } }",
        { input: { id, name, version } },
      );
    },
    read: async (gateway) => {
      const document = "query ($id: ID!) { list(id: $id) { name } }";
      return (await createClient(gateway).data(document, { id })).list.name;
    },
  };
}

/**
 * Lets a process write what others have read and keep, kills it when it has committed and told nobody, as its wire to Redis
 * takes everything and passes nothing on.
 * @returns milliseconds from the commit until the others see the write through each gateway
 */
export async function crashAfterCommit(
  graph: ReplicatedGraph,
  register: Register,
  { redisUrl, token }: { readonly redisUrl: string; readonly token: string },
): Promise<number> {
  const { env } = graph;
  const wire = await createTcpProxy(Number(new URL(redisUrl).port));
  const writer = await startSubgraphProcess(register.service, {
    ...env,
    REDIS_URL: `redis://127.0.0.1:${wire.port}`,
  });
  const url = register.service === "users" ? "USERS_URL" : "TODOS_URL";
  const log = createLog("test", "silent");
  const config = envToConfig({ ...env, [url]: `${writer.url}/graphql` });
  const gateway = createGateway(config, { log });
  await gateway.start();
  try {
    const value = `written at ${performance.now()}`;
    // Copies of the old value in every replica.
    for (let time = 0; time < 10; time++) await Promise.all(graph.gateways.map(register.read));
    wire.freeze();
    const answered = register.write(token, `${gateway.url()}/graphql`, value);
    await until(() => graph.isThere(register.service, `${register.row} '${value}'`));
    const committed = performance.now();
    await writer.kill();
    await answered;
    await until(async () => {
      const seen = await Promise.all(graph.gateways.map(register.read));
      return seen.every((one) => one === value);
    });
    return performance.now() - committed;
  } finally {
    await writer.kill();
    await gateway.stop();
    await wire.stop();
  }
}
