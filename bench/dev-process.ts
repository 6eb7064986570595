import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type Env, readEnv } from "../runtime/env.ts";
import { readOwnSubgraphs } from "../scripts/project/own-subgraphs.ts";
import { freePort } from "./house.ts";

/** What `npm run dev` runs, in a copy of the project, at free ports. */
export interface DevProcess {
  /** `http://host:port` of the gateway. */
  readonly url: string;
  /** Where each subgraph listens. */
  readonly ports: Readonly<Record<string, number>>;
  /** All that was printed so far. */
  output(): string;
  /** @throws when it does not end with exit code 0 */
  stop(): Promise<void>;
}

/** Starts it and waits until it is ready. */
export async function startDev(root: string, env: Env = {}): Promise<DevProcess> {
  const port = await freePort();
  const ports: Record<string, number> = {};
  const variables: Record<string, string> = {};
  for (const own of readOwnSubgraphs(root)) {
    ports[own.name] = await freePort();
    variables[own.variables.port] = String(ports[own.name]);
  }
  const inherited = Object.entries(readEnv()).filter(
    ([name]) => !/^(npm_|TEST_|NODE_|JEST_|.*_URL$)/.test(name),
  );
  const child = spawn(process.execPath, ["dist/scripts/dev.js"], {
    cwd: root,
    env: {
      ...Object.fromEntries(inherited),
      LOG_LEVEL: "error",
      PORT: String(port),
      ...variables,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  while (!/^ready in /m.test(output)) {
    if (child.exitCode !== null) throw new Error(`it ended before it was ready:\n${output}`);
    await sleep(20);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    ports,
    output: () => output,
    async stop() {
      child.kill("SIGTERM");
      const [code] = await ended;
      if (code !== 0) throw new Error(`it ended with ${code}:\n${output}`);
    },
  };
}
