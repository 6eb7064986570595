import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { readEnv } from "../runtime/env.ts";
import { sentence } from "../runtime/run-process.ts";
import { ChildError } from "./start/child.ts";
import { envToConfig } from "./start/config.ts";
import { createSupervisor } from "./start/supervisor.ts";

/** npm passes a signal on to us that the terminal has sent us already; what comes later is impatience. */
const echo = 1000;

async function start(): Promise<void> {
  const config = envToConfig(readEnv());
  let stoppedAt: number | undefined;
  const supervisor = createSupervisor(config, {
    dist: dirname(dirname(fileURLToPath(import.meta.url))),
    onLost: (why) => fail(`${why} Everything else is stopped.`),
  });

  function stop(): void {
    if (stoppedAt === undefined) {
      stoppedAt = Date.now();
      supervisor.stop().then(() => process.exit());
    } else if (Date.now() - stoppedAt > echo) {
      supervisor.hurry();
    }
  }
  function fail(why: string): void {
    process.stderr.write(`${why}\n`);
    process.exitCode = 1;
    stop();
  }

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  try {
    await supervisor.start();
  } catch (error) {
    if (stoppedAt === undefined)
      fail(error instanceof ChildError ? error.message : sentence(error));
    return;
  }
  const account = "ada@example.com, password correct-horse-battery";
  const lines = [
    `GraphQL   ${supervisor.url()}`,
    ...(config.mode === "development" ? [`Sign in   ${account}`] : []),
    `ready in ${process.uptime().toFixed(1)} s`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

// Whoever read what we print may be gone; that is no reason to leave the others without a supervisor.
process.stdout.on("error", () => undefined);
process.stderr.on("error", () => undefined);
start().catch((error: unknown) => {
  process.stderr.write(`${sentence(error)}\n`);
  process.exitCode = 1;
});
