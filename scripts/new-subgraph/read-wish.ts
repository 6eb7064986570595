import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ConfigError } from "../../runtime/env.ts";
import type { OwnSubgraph } from "../project/own-subgraphs.ts";
import type { NewSubgraph } from "./fill-template.ts";

const usage = "Usage: npm run new:subgraph -- NAME [--port N]";
const gatewayPort = 4000;
/** Of these the type would be one that the resolver types need for something else. */
const taken = /^(connection|context|edge|maybe|omit|partial|record|resolver)s$/;
/** Other services of docker-compose.yml, what PostgreSQL has databases and roles for, and another's variables. */
const besides = /^(gateway|jwks|migrate|nginx|none|postgres|public|redis|template[01])$/;

/**
 * Reads `NAME [--port N]`; without a port it is the next free one.
 * @throws ConfigError with one sentence
 */
export function readWish(args: string[], own: readonly OwnSubgraph[], root: string): NewSubgraph {
  const { name, port } = readArguments(args);
  if (!/^[a-z][a-z0-9]{1,29}$/.test(name)) {
    throw new ConfigError(
      `NAME: ${JSON.stringify(name)} must be 2 to 30 lower-case letters and digits and begin with a letter, such as reviews.`,
    );
  }
  if (taken.test(name)) {
    throw new ConfigError(`NAME: ${name} is a word of the code around it, so choose another name.`);
  }
  if (besides.test(name)) {
    throw new ConfigError(
      `NAME: ${name} is something else beside the subgraphs, so choose another name.`,
    );
  }
  for (const folder of [`subgraphs/${name}`, `prisma/${name}`]) {
    if (existsSync(join(root, folder))) throw new ConfigError(`NAME: ${folder} is there already.`);
  }
  const ports = new Set([gatewayPort, ...own.map((one) => one.port)]);
  if (port === undefined) return { name, port: Math.max(...ports) + 1 };
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    throw new ConfigError("--port: must be a whole number from 1 to 65535.");
  }
  if (ports.has(Number(port))) throw new ConfigError(`--port: ${port} belongs to another process.`);
  return { name, port: Number(port) };
}

function readArguments(args: string[]): { readonly name: string; readonly port?: string } {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { port: { type: "string" } },
    });
    const [name, ...rest] = positionals;
    if (name !== undefined && rest.length === 0) return { name, ...values };
  } catch {
    // The usage says what is allowed.
  }
  throw new ConfigError(usage);
}
