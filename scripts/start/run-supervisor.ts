import { sentence } from "../../runtime/run-process.ts";
import { ChildError } from "./child.ts";
import type { StartConfig } from "./config.ts";
import { createSupervisor, type SubgraphRunner } from "./supervisor.ts";

/** npm passes a signal on to us that the terminal has sent us already; what comes later is impatience. */
const echo = 1000;

export interface SupervisorRun {
  /** @throws ConfigError */
  readonly configure: () => StartConfig;
  /** The folder of the compiled programs. */
  readonly dist: string;
  readonly runner?: (config: StartConfig) => SubgraphRunner;
  /** What is printed before the line that says that everything is ready. */
  readonly lines?: (config: StartConfig, url: string) => readonly string[];
}

/** Runs everything in children of this process until a signal or a part that ends; prints where it is and `ready`. */
export async function runSupervisor(run: SupervisorRun): Promise<void> {
  // Whoever read what we print may be gone; that is no reason to leave the others without a supervisor.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
  try {
    await supervise(run.configure(), run);
  } catch (error) {
    process.stderr.write(`${sentence(error)}\n`);
    process.exitCode = 1;
  }
}

async function supervise(config: StartConfig, run: SupervisorRun): Promise<void> {
  let stoppedAt: number | undefined;
  const supervisor = createSupervisor(config, {
    dist: run.dist,
    onLost: (why) => fail(`${why} Everything else is stopped.`),
    ...(run.runner && { runner: run.runner(config) }),
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
    `GraphQL   ${supervisor.url()}/graphql`,
    ...(config.mode === "development" ? [`Sign in   ${account}`] : []),
    ...(run.lines?.(config, supervisor.url()) ?? []),
    `ready in ${process.uptime().toFixed(1)} s`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
