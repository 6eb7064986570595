import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ConfigError, type Env } from "../../runtime/env.ts";
import type { Part } from "../../runtime/lifecycle.ts";
import {
  CompositionError,
  compose,
  isComposedFrom,
  refuseLost,
  type SubgraphSource,
} from "./compose.ts";
import type { LastGood } from "./last-good.ts";
import { type FetchSdl, readSources } from "./read-sources.ts";
import { createSupergraph, type Supergraph } from "./supergraph.ts";
import { parseSupergraphYaml, type SubgraphEntry } from "./supergraph-yaml.ts";
import { watchText } from "./watch-text.ts";

interface SupergraphSourceOptions {
  /** A composed SDL, or a `supergraph.yaml`. */
  readonly path: string;
  /** Values for `${env.NAME}` in URLs. */
  readonly env: Env;
  readonly fetchSdl: FetchSdl;
  readonly lastGood: LastGood;
  /** Serves a supergraph; throws when it cannot be served. `origin` is for the log. */
  readonly publish: (supergraph: Supergraph, origin: string) => Promise<void>;
  /** Hears why the supergraph that is wanted is not yet served. */
  readonly failed: (reason: string) => void;
  /** Milliseconds before the first further attempt; each wait is twice the one before, up to 30 s. */
  readonly retryAfter?: number;
  /** Milliseconds between two looks at a composed SDL; 200 unless said otherwise. */
  readonly lookEvery?: number;
}

/** Where `npm run compose` puts the SDL, seen from the folder of `supergraph.yaml`. */
export const composedSdl = join("graph", "supergraph.graphql");

/**
 * Finds the supergraph and publishes it. What is in files must be right at once, or the start fails; subgraphs that
 * tell their own schema may be down: then the last good supergraph is served, if there is one, and the search goes on.
 * A composed SDL is published again whenever its file has another one; while that cannot be served, the one before is.
 */
export function createSupergraphSource(options: SupergraphSourceOptions): Part {
  const { fetchSdl, lastGood, path } = options;
  const retrying = createRetry(options.retryAfter ?? 1_000);
  const watched = watchText(path, options.lookEvery ?? 200);

  async function startFromYaml(): Promise<void> {
    const entries = parseSupergraphYaml(
      await orRefuse(path, readFile(path, "utf8")),
      path,
      options.env,
    );
    const urls = new Map(entries.map(({ name, url }) => [name, url]));
    const publish = (sdl: string, origin: string): Promise<void> =>
      options.publish(createSupergraph(sdl, urls), origin);
    const isStatic = entries.every(({ schema }) => schema.kind !== "subgraph");
    if (isStatic) {
      const { sdl, origin } = await composeFrom(entries);
      return publish(sdl, origin);
    }

    async function attempt(): Promise<boolean> {
      try {
        const { origin, sdl } = await composeFrom(entries);
        await publish(sdl, origin);
        await lastGood.write(sdl).catch((error: Error) => options.failed(error.message));
        return true;
      } catch (error) {
        options.failed((error as Error).message);
        return false;
      }
    }

    if (await attempt()) return;
    const kept = await lastGood.read();
    if (kept !== undefined) {
      await publish(kept, "the last good one").catch((error: Error) =>
        options.failed(error.message),
      );
    }
    retrying.start(attempt);
  }

  async function startFromSdl(): Promise<void> {
    const publish = (sdl: string): Promise<void> => options.publish(createSupergraph(sdl), path);
    await publish(await orRefuse(path, watched.read()));
    watched.follow((sdl) => publish(sdl).catch((error: Error) => options.failed(error.message)));
  }

  async function composeFrom(
    entries: readonly SubgraphEntry[],
  ): Promise<{ readonly sdl: string; readonly origin: string }> {
    const { missing, sources } = await readSources(entries, fetchSdl);
    if (missing.length > 0) throw new Error(`no schema from ${missing.join(", ")}`);
    const known = await findComposed(sources);
    if (known !== undefined) refuseLost(known.sdl, sources);
    return known ?? { sdl: await compose(sources), origin: "composed now" };
  }

  /** Composing takes a good part of a second that a start can save. */
  async function findComposed(
    sources: readonly SubgraphSource[],
  ): Promise<{ readonly sdl: string; readonly origin: string } | undefined> {
    const committed = await readFile(join(dirname(path), composedSdl), "utf8").catch(() => "");
    if (isComposedFrom(committed, sources)) return { sdl: committed, origin: "composed before" };
    const kept = (await lastGood.read()) ?? "";
    return isComposedFrom(kept, sources) ? { sdl: kept, origin: "kept from before" } : undefined;
  }

  return {
    name: "supergraph",
    async start() {
      try {
        if (/\.ya?ml$/.test(path)) await startFromYaml();
        else await startFromSdl();
      } catch (error) {
        if (error instanceof CompositionError) {
          throw new ConfigError(`${path} does not compose:\n${error.message}`);
        }
        throw error;
      }
    },
    async stop() {
      await retrying.stop();
      await watched.stop();
    },
  };
}

async function orRefuse(path: string, reading: Promise<string>): Promise<string> {
  try {
    return await reading;
  } catch (error) {
    throw new ConfigError(`SUPERGRAPH: ${path} cannot be read (${(error as Error).message})`);
  }
}

interface Retry {
  start(attempt: () => Promise<boolean>): void;
  stop(): Promise<void>;
}

/** Repeats an attempt with growing, jittered waits until it succeeds or is stopped. */
function createRetry(first: number): Retry {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;

  function schedule(attempt: () => Promise<boolean>, wait: number): void {
    if (stopped) return;
    timer = setTimeout(
      () => {
        running = attempt().then((done) => {
          if (!done) schedule(attempt, Math.min(wait * 2, 30_000));
        });
      },
      wait * (0.75 + Math.random() / 2),
    );
  }

  return {
    start: (attempt) => schedule(attempt, first),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
