import { readEnv } from "../../runtime/env.ts";
import { createLog } from "../../runtime/log.ts";
import { runProcess } from "../../runtime/run-process.ts";
import { envToConfig } from "./config.ts";
import { createThingsSubgraph } from "./subgraph.ts";

await runProcess(() => {
  const config = envToConfig(readEnv());
  return createThingsSubgraph(config, { log: createLog("things", config.logLevel) });
});
