import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { readEnv } from "../runtime/env.ts";
import { projectRoot } from "../runtime/project-root.ts";
import { readOwnSubgraphs } from "./project/own-subgraphs.ts";
import { envToConfig } from "./start/config.ts";
import { runSupervisor } from "./start/run-supervisor.ts";

/** `npm start`: the whole graph on one machine. */
await runSupervisor({
  configure: () => envToConfig(readEnv(), readOwnSubgraphs(projectRoot())),
  dist: dirname(dirname(fileURLToPath(import.meta.url))),
});
