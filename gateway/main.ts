import { readEnv } from "../runtime/env.ts";
import { createLog } from "../runtime/log.ts";
import { runProcess } from "../runtime/run-process.ts";
import { envToConfig } from "./config.ts";
import { createGateway } from "./gateway.ts";

await runProcess(() => {
  const config = envToConfig(readEnv());
  const log = createLog("gateway", config.logLevel);
  const gateway = createGateway(config, { log });
  return {
    ...gateway,
    async start() {
      await gateway.start();
      log.info(`the gateway answers at ${gateway.url()}/graphql`);
    },
  };
});
