import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { envToConfig as checkGateway } from "../../gateway/config.ts";
import type { Env } from "../../runtime/env.ts";
import { checkDatabase } from "../postgres/check-database.ts";
import type { StartConfig, SubgraphSettings } from "./config.ts";
import { checkPort } from "./ports.ts";
import { readSecrets } from "./secrets.ts";

/** Where subgraphs listen. */
const loopback = "127.0.0.1";
/** For a database that has no URL yet. */
const placeholder = "postgresql://embedded/database";

/** What each process gets as its environment, once all that can be wrong outside is known to be right. */
export interface Surroundings {
  /** `http://host:port` of the gateway. */
  readonly gatewayUrl: string;
  readonly gatewayEnv: Env;
  subgraphEnv(subgraph: SubgraphSettings, databaseUrl: string): Env;
}

/**
 * Looks at ports, given databases, secrets and the variables of every process before anything is started.
 * @param dist the folder of the compiled programs
 * @throws ConfigError
 */
export async function checkSurroundings(config: StartConfig, dist: string): Promise<Surroundings> {
  const port = await checkPort("PORT", config.host, config.port);
  const subgraphs: SubgraphSettings[] = [];
  for (const one of config.subgraphs) {
    subgraphs.push({ ...one, port: await checkPort(one.variables.port, loopback, one.port) });
  }
  for (const { databaseUrl, variables } of subgraphs) {
    if (databaseUrl !== undefined) await checkDatabase(variables.databaseUrl, databaseUrl);
  }
  const { GATEWAY_SIGNING_KEY, TOKEN_SIGNING_KEY } = await readSecrets(config);
  const shared = { ...addresses(subgraphs), ...config.inherited, GATEWAY_SIGNING_KEY };
  const surroundings: Surroundings = {
    gatewayUrl: `http://${config.host.includes(":") ? `[${config.host}]` : config.host}:${port}`,
    gatewayEnv: { ...shared, HOST: config.host, PORT: String(port) },
    // Each process gets its own secrets only, and what it must agree on with the others.
    subgraphEnv: ({ name, variables }, databaseUrl) => ({
      ...shared,
      HOST: loopback,
      [variables.port]: String(subgraphs.find((one) => one.name === name)?.port),
      [variables.databaseUrl]: databaseUrl,
      ...(name === "users" && { TOKEN_SIGNING_KEY }),
    }),
  };
  // Each process would say it by itself, but after others have begun.
  checkGateway(surroundings.gatewayEnv);
  for (const one of subgraphs) {
    const { envToConfig } = await import(
      pathToFileURL(join(dist, "subgraphs", one.name, "config.js")).href
    );
    envToConfig(surroundings.subgraphEnv(one, one.databaseUrl ?? placeholder));
  }
  return surroundings;
}

/** Where the processes find each other, unless the environment says otherwise. */
function addresses(subgraphs: readonly SubgraphSettings[]): Env {
  const origins = new Map(subgraphs.map(({ name, port }) => [name, `http://${loopback}:${port}`]));
  return {
    ...Object.fromEntries(
      subgraphs.map(({ name, variables }) => [variables.url, `${origins.get(name)}/graphql`]),
    ),
    JWKS_URL: `${origins.get("users")}/.well-known/jwks.json`,
    TODOS_EVENTS_URL: `${origins.get("todos")}/events`,
    TOKEN_ISSUER: "urn:todo-supergraph:users",
    TOKEN_AUDIENCE: "urn:todo-supergraph",
  };
}
