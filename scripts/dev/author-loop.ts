import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { buildSubgraph, printSchema } from "@apollo/federation-internals";
import { parse } from "graphql";
import { Broken, describeFault } from "./broken.ts";
import type { Changes } from "./changes.ts";
import type { Compiler } from "./compiler.ts";
import { type ComposedGraph, placeSdl } from "./compose-graph.ts";
import type { DevSubgraph, RunningVersion } from "./dev-subgraph.ts";
import { readGatewayState, waitUntilDrained, waitUntilServed } from "./gateway-state.ts";

/** For each subgraph how often its schema has changed. */
export type Generations = ReadonlyMap<string, number>;

export interface AuthorLoopOptions {
  readonly root: string;
  readonly compiler: Compiler;
  /** `http://host:port` */
  readonly gatewayUrl: string;
  /** Where the gateway watches its supergraph. */
  readonly sdlPath: string;
  /** Composes the files as they are now, with URLs that carry these generations. @throws Broken */
  readonly compose: (generations: Generations) => Promise<ComposedGraph>;
  /** Brings the Prisma client and the database of a subgraph up to date. @throws Broken */
  readonly migrate: (subgraph: DevSubgraph) => Promise<void>;
  /** Hears of a process that ended although it should run. */
  readonly lost: (subgraph: string, version: RunningVersion, how: string) => void;
}

export interface AuthorLoop {
  /** Composes the graph that the gateway starts with. @throws Broken */
  prepare(): Promise<void>;
  /** Starts a subgraph on its port. @throws Broken */
  open(subgraph: DevSubgraph): Promise<void>;
  /**
   * Brings a change to life. What was there before answers until then, and goes on when the change is broken.
   * @throws Broken
   */
  goLive(changes: Changes): Promise<void>;
}

/**
 * A change of a schema must neither reach the gateway before the subgraph (an added field would be asked for too early) nor
 * the subgraph before the gateway (a removed one would be asked for too late), and one save may add and remove. So both
 * processes run for a moment, and every request goes to the one whose schema it was planned with: the supergraph's URL of
 * a subgraph carries the generation of its schema, by which the front at the subgraph's port chooses.
 */
export function createAuthorLoop(options: AuthorLoopOptions): AuthorLoop {
  const { compiler, gatewayUrl, root, sdlPath } = options;
  const subgraphs = new Map<string, DevSubgraph>();
  const running = new Map<string, RunningVersion>();
  let generations: Generations = new Map();
  let graph: ComposedGraph;

  async function goLive(changes: Changes): Promise<void> {
    await compiler.compile([...changes.sources]);
    const own = (names: Iterable<string>): DevSubgraph[] =>
      [...names].flatMap((name) => subgraphs.get(name) ?? []);
    for (const subgraph of own(changes.databases)) await options.migrate(subgraph);
    const changed = await changedSchemas(changes.schemas);
    const nextGenerations = raise(generations, changed);
    const next =
      changed.length > 0 || changes.graph ? await options.compose(nextGenerations) : graph;
    const begun = await beginAll(own(changes.subgraphs));
    try {
      for (const { subgraph, version } of begun) {
        if (changed.includes(subgraph.name)) await checkSchema(subgraph, version, next);
      }
      // Subgraphs first: who asks for what is new gets an answer from now on.
      for (const { subgraph, version } of begun) lead(subgraph, version, nextGenerations);
      if (next !== graph) await serve(next);
    } catch (error) {
      await undo(begun);
      throw error;
    }
    generations = nextGenerations;
    graph = next;
    const replaced = begun.map(({ subgraph, version }) => replace(subgraph, version));
    // Gateway first: what was removed answers until no request asks for it any more.
    void retire(replaced, changed.length > 0);
  }

  /** Those whose text differs from what is served. */
  async function changedSchemas(names: Iterable<string>): Promise<readonly string[]> {
    const changed: string[] = [];
    for (const name of names) {
      const file = join(root, "subgraphs", name, "schema.graphql");
      const text = await readFile(file, "utf8").catch(() => {
        const hint = "save it again, or take its entry out of supergraph.yaml.";
        throw new Broken(describeFault({ file, message: "cannot be read", hint }));
      });
      if (text !== graph.schemas.get(name)) changed.push(name);
    }
    return changed;
  }

  /** All or none. */
  async function beginAll(wanted: readonly DevSubgraph[]): Promise<readonly Begun[]> {
    const attempts = wanted.map(async (subgraph) => ({
      subgraph,
      version: await subgraph.begin(),
    }));
    const settled = await Promise.allSettled(attempts);
    const begun = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const failed = settled.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    if (failed.length === 0) return begun;
    for (const { subgraph, version } of begun) subgraph.end(version);
    throw failed.every((reason) => reason instanceof Broken)
      ? new Broken(failed.map(({ message }) => message).join("\n"))
      : failed[0];
  }

  async function serve(next: ComposedGraph): Promise<void> {
    const before = await readGatewayState(gatewayUrl);
    await placeSdl(sdlPath, next.sdl);
    await waitUntilServed(gatewayUrl, next.id, before);
  }

  async function undo(begun: readonly Begun[]): Promise<void> {
    await placeSdl(sdlPath, graph.sdl);
    for (const { subgraph, version } of begun) {
      const good = running.get(subgraph.name);
      if (good !== undefined) lead(subgraph, good, generations);
      subgraph.end(version);
    }
  }

  function lead({ front, name }: DevSubgraph, { url }: RunningVersion, by: Generations): void {
    front.lead(by.get(name) ?? 0, url);
  }

  /** @returns what was there before */
  function replace(subgraph: DevSubgraph, version: RunningVersion): Begun | undefined {
    const { name } = subgraph;
    const before = running.get(name);
    running.set(name, version);
    version.child.ended.then((how) => {
      if (running.get(name) === version) options.lost(name, version, how);
    });
    return before && { subgraph, version: before };
  }

  async function retire(
    replaced: readonly (Begun | undefined)[],
    afterGateway: boolean,
  ): Promise<void> {
    // A gateway that does not say so is one that ends.
    if (afterGateway) await waitUntilDrained(gatewayUrl).catch(() => undefined);
    await Promise.all(replaced.map((one) => one?.subgraph.end(one.version)));
    for (const one of replaced) one?.subgraph.warmUp();
  }

  return {
    goLive,
    async prepare() {
      graph = await options.compose(generations);
      await placeSdl(sdlPath, graph.sdl);
    },
    async open(subgraph) {
      await subgraph.front.start();
      const version = await subgraph.begin();
      subgraphs.set(subgraph.name, subgraph);
      lead(subgraph, version, generations);
      replace(subgraph, version);
    },
  };
}

/** A process of a subgraph. */
interface Begun {
  readonly subgraph: DevSubgraph;
  readonly version: RunningVersion;
}

function raise(generations: Generations, names: readonly string[]): Generations {
  const next = new Map(generations);
  for (const name of names) next.set(name, (next.get(name) ?? 0) + 1);
  return next;
}

/** The gateway may only learn of a schema that the subgraph itself reports; it may have read a newer one. */
async function checkSchema(
  subgraph: DevSubgraph,
  version: RunningVersion,
  { schemas }: ComposedGraph,
): Promise<void> {
  const { name } = subgraph;
  const text = schemas.get(name);
  if (text === undefined) return;
  const expected = printSchema(buildSubgraph("<unnamed>", "", parse(text), false).schema);
  const told = await subgraph.schemaOf(version).catch(() => {
    const message = `${name} ended when it was asked for its schema`;
    throw new Broken(describeFault({ message, hint: "correct what ends it; it says above why." }));
  });
  if (told === expected) return;
  throw new Broken(`${name}: schema.graphql was saved again. What to do: wait a moment.`);
}
