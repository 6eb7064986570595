import { join, relative } from "node:path";
import { ConfigError } from "../../runtime/env.ts";
import type { Child } from "../start/child.ts";
import type { StartConfig } from "../start/config.ts";
import type { SubgraphRunner } from "../start/supervisor.ts";
import type { Surroundings } from "../start/surroundings.ts";
import { type AuthorLoop, createAuthorLoop } from "./author-loop.ts";
import { Broken } from "./broken.ts";
import { sortChanges } from "./changes.ts";
import { createCompiler } from "./compiler.ts";
import { composeGraph } from "./compose-graph.ts";
import {
  createDevSubgraph,
  type DevSubgraph,
  type RunningVersion,
  usualPatience,
} from "./dev-subgraph.ts";
import { markedUrl } from "./front.ts";
import { migrateSubgraph } from "./migrate-subgraph.ts";
import { createSaveQueue } from "./save-queue.ts";
import { createTypeCheck } from "./type-check.ts";
import { type Saves, watchSaves } from "./watch-saves.ts";

/** Milliseconds that a process must have lived to be started again by itself. */
const shortLife = 5_000;

export interface DevRunnerOptions {
  readonly root: string;
  /** The folder of the compiled programs. */
  readonly dist: string;
  readonly say: (text: string) => void;
}

/** Runs subgraphs so that what their authors save goes live. */
export function createDevRunner(
  config: StartConfig,
  { dist, root, say }: DevRunnerOptions,
): SubgraphRunner {
  const folder = join(config.dataDir, "dev");
  const sdlPath = join(folder, "supergraph.graphql");
  const compiler = createCompiler(root, dist);
  const subgraphs: DevSubgraph[] = [];
  const names = config.subgraphs.map(({ name }) => name);
  const types = createTypeCheck({ root, env: config.inherited, cacheDir: folder, say });
  const saves = createSaveQueue(work);
  let loop: AuthorLoop;
  let watching: Promise<Saves> | undefined;
  /** What is saved during the start. */
  let early: string[] | undefined = [];
  /** Subgraphs whose author knows that they are not running. */
  const told = new Set<string>();
  let stopping = false;

  function createLoop({ gatewayEnv, gatewayUrl }: Surroundings): AuthorLoop {
    const urls = new Map(
      config.subgraphs.map(({ name, variables }) => [name, gatewayEnv[variables.url] ?? ""]),
    );
    return createAuthorLoop({
      root,
      compiler,
      gatewayUrl,
      sdlPath,
      async compose(generations) {
        const graph = await composeGraph(root, gatewayEnv, (name) => {
          const url = urls.get(name);
          return url && markedUrl(url, generations.get(name) ?? 0);
        });
        sayLater(graph.left.filter((name) => !told.has(name)));
        for (const name of graph.left) told.add(name);
        return graph;
      },
      migrate: (subgraph) => migrateSubgraph(subgraph, { root, dist, compiler }),
      lost,
    });
  }

  function takeSaves(files: readonly string[], at: number): void {
    if (early === undefined) {
      for (const subgraph of subgraphs) subgraph.hurry();
      saves.add(files, at);
    } else {
      early.push(...files);
    }
  }

  function sayLater(what: readonly string[]): void {
    if (what.length === 0) return;
    say(`${what.join(", ")}: taken up when npm run dev is started again`);
  }

  async function work(files: readonly string[], at: number): Promise<boolean> {
    const changes = sortChanges(files, root, names);
    sayLater([...changes.forLater].map((file) => relative(process.cwd(), file)));
    const who = [...changes.subgraphs, ...(changes.graph ? ["supergraph.yaml"] : [])].join(", ");
    try {
      await loop.goLive(changes);
      if (who !== "") say(`${who}: live ${((Date.now() - at) / 1000).toFixed(2)} s after the save`);
      types.again(changes.types);
      return true;
    } catch (error) {
      if (stopping) return false;
      const { message, stack } = error as Error;
      const lines = (error instanceof Broken ? message : (stack ?? message)).split("\n");
      say(`${who || "a change"}: not live, the last good graph is still served:\n${indent(lines)}`);
      return false;
    }
  }

  function lost(name: string, { since }: RunningVersion, how: string): void {
    if (stopping) return;
    const again = Date.now() - since > shortLife;
    say(
      `${name}: its process ${how}; ${again ? "it is started again" : "save a file to try again"}`,
    );
    if (again) saves.add([join(root, "subgraphs", name, "main.ts")], Date.now());
  }

  function saySlow(name: string, seconds: number): void {
    const meanwhile =
      early === undefined
        ? "; what ran before answers meanwhile, and your next save gives this start up"
        : "";
    say(`${name}: not ready ${seconds} s after its start${meanwhile}`);
  }

  return {
    async prepare(surroundings) {
      watching = watchSaves(root, takeSaves, (error) =>
        say(`not all saves are heard: ${(error as Error).message}`),
      );
      try {
        await compiler.compile(await compiler.stale());
        loop = createLoop(surroundings);
        await loop.prepare();
      } catch (error) {
        throw orConfigError(error);
      }
      return {
        SUPERGRAPH: sdlPath,
        // Composed from our own subgraphs, which check for themselves what the schema requires.
        GATEWAY_ALLOW_UNENFORCED: "1",
        // An author waits for each new schema, which a process of its own would take most of a second to begin with.
        PLANNER: "inline",
      };
    },
    start(name, env) {
      const settings = config.subgraphs.find((one) => one.name === name);
      const portVariable = settings?.variables.port ?? "";
      const subgraph = createDevSubgraph({
        name,
        env,
        portVariable,
        dist,
        patience: usualPatience,
        slow: (seconds) => saySlow(name, seconds),
      });
      subgraphs.push(subgraph);
      return asChild(subgraph, loop.open(subgraph));
    },
    async started() {
      await watching;
      for (const subgraph of subgraphs) subgraph.warmUp();
      saves.add(early ?? [], Date.now());
      early = undefined;
    },
    async stop() {
      stopping = true;
      for (const subgraph of subgraphs) subgraph.abandon();
      await (await watching)?.stop();
      types.stop();
      await saves.stop();
    },
  };
}

/** For the supervisor, the subgraph with all the processes that it will have is one child that never ends by itself. */
function asChild(subgraph: DevSubgraph, opening: Promise<void>): Child {
  const ready = opening.then(
    () => ({ url: "" }),
    (error: unknown) => {
      throw orConfigError(error);
    },
  );
  ready.catch(() => undefined);
  return {
    name: subgraph.name,
    ready,
    ended: new Promise(() => {}),
    tell: () => {},
    stop: () => subgraph.stop(),
    kill: () => subgraph.kill(),
  };
}

/** At a start there is nothing good to go on with: what is broken stops it, in words alone. */
function orConfigError(error: unknown): unknown {
  return error instanceof Broken ? new ConfigError(error.message) : error;
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join("\n");
}
