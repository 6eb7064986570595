import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError, readEnv } from "../runtime/env.ts";
import { projectRoot } from "../runtime/project-root.ts";
import { createDevRunner } from "./dev/dev-runner.ts";
import { readOwnSubgraphs } from "./project/own-subgraphs.ts";
import { envToConfig, type StartConfig } from "./start/config.ts";
import { runSupervisor } from "./start/run-supervisor.ts";

const root = projectRoot();
const dist = dirname(dirname(fileURLToPath(import.meta.url)));

/** `npm run dev`: the whole graph as `npm start` has it, and what is saved goes live. */
await runSupervisor({
  configure,
  dist,
  runner: (config) =>
    createDevRunner(config, { root, dist, say: (text) => void process.stdout.write(`${text}\n`) }),
  lines: ({ subgraphs }, url) => [
    ...subgraphs.map(({ name }) => `Alone     ${url}/subgraphs/${name}/graphql`),
    "Watching  subgraphs/ and prisma/: what is saved goes live",
  ],
});

function configure(): StartConfig {
  const config = envToConfig(readEnv(), readOwnSubgraphs(root));
  if (config.mode === "development") return config;
  throw new ConfigError("NODE_ENV: npm run dev is for development; npm start is for production.");
}
