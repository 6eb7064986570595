import { join } from "node:path";
import type { Env } from "../../runtime/env.ts";
import type { Part } from "../../runtime/lifecycle.ts";
import { type Child, runScript, startChild } from "./child.ts";
import type { StartConfig } from "./config.ts";
import { createDatabases, type WithDatabase } from "./databases.ts";
import { checkSurroundings, type Surroundings } from "./surroundings.ts";

export interface SupervisorOptions {
  /** The folder of the compiled programs. */
  readonly dist: string;
  /** Called once, with a sentence, when a part that should run has ended. */
  readonly onLost: (why: string) => void;
  /** Runs the subgraphs in its own way; without it each is a process that runs as long as the others. */
  readonly runner?: SubgraphRunner;
}

export interface SubgraphRunner {
  /** Before anything is started. @returns what the gateway's environment has beside its own */
  prepare(surroundings: Surroundings): Promise<Env>;
  /** Starts a subgraph that listens where its environment says. */
  start(name: string, env: Env): Child;
  /** Called once when everything is ready. */
  started(): Promise<void>;
  /** Called before anything is stopped. */
  stop(): Promise<void>;
}

export interface Supervisor extends Part {
  /** Stops in order, from the gateway to PostgreSQL, whatever runs, in the middle of a start as well. */
  stop(): Promise<void>;
  /** Makes a stop that is under way end soon. */
  hurry(): void;
  /** `http://host:port` of the gateway, once started. */
  url(): string;
}

/** The whole graph on one machine: PostgreSQL unless given, migrations, demo data, the subgraphs and the gateway. */
export function createSupervisor(config: StartConfig, options: SupervisorOptions): Supervisor {
  const children: Child[] = [];
  const stopping = new AbortController();
  let starting: Promise<void> | undefined;
  let url = "";
  const databases = createDatabases(config, () => lost("PostgreSQL has ended unexpectedly."));

  async function run(): Promise<void> {
    const surroundings = await checkSurroundings(config, options.dist);
    url = surroundings.gatewayUrl;
    const added = (await options.runner?.prepare(surroundings)) ?? {};

    // It needs no database, and takes longest to load.
    const gatewayEnv = { ...surroundings.gatewayEnv, ...added };
    const gateway = begin("gateway", "gateway/main.js", gatewayEnv);
    stopping.signal.throwIfAborted();
    const opened = await databases.open();
    const scriptEnv = { ...config.inherited, ...databaseVariables(opened) };
    await runScript(begin("The migration", "scripts/migrate.js", scriptEnv));
    const subgraphs = opened.map(({ databaseUrl, subgraph }) =>
      beginSubgraph(subgraph.name, surroundings.subgraphEnv(subgraph, databaseUrl)),
    );
    const waitFor: Promise<unknown>[] = [gateway, ...subgraphs].map(({ ready }) => ready);
    if (config.mode === "development") {
      waitFor.push(runScript(begin("The demo data", "scripts/seed.js", scriptEnv, ["--demo"])));
    }
    await Promise.all(waitFor);
    stopping.signal.throwIfAborted();
    await options.runner?.started();
    for (const child of [gateway, ...subgraphs]) {
      child.ended.then((how) => lost(`${child.name} ${how}.`));
    }
  }

  function begin(name: string, script: string, env: Env, args: readonly string[] = []): Child {
    stopping.signal.throwIfAborted();
    return keep(startChild(name, join(options.dist, script), env, { args }));
  }

  function beginSubgraph(name: string, env: Env): Child {
    if (options.runner === undefined) return begin(name, `subgraphs/${name}/main.js`, env);
    stopping.signal.throwIfAborted();
    return keep(options.runner.start(name, env));
  }

  function keep(child: Child): Child {
    children.push(child);
    return child;
  }

  function lost(why: string): void {
    if (!stopping.signal.aborted) options.onLost(why);
  }

  return {
    name: "supergraph",
    url: () => url,
    start() {
      starting = run();
      return starting;
    },
    async stop() {
      stopping.abort();
      const settled = starting?.catch(() => undefined);
      await options.runner?.stop();
      const gateway = children.filter((child) => child.name === "gateway");
      const others = children.filter((child) => child.name !== "gateway");
      await Promise.all(gateway.map((child) => child.stop()));
      await Promise.all(others.map((child) => child.stop()));
      // A start that was under way has seen by now that it is over, and begins nothing more.
      await settled;
      await databases.close();
    },
    hurry() {
      for (const child of children) child.kill();
    },
  };
}

function databaseVariables(opened: readonly WithDatabase[]): Env {
  return Object.fromEntries(
    opened.map(({ databaseUrl, subgraph }) => [subgraph.variables.databaseUrl, databaseUrl]),
  );
}
