import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CompositionError, compose } from "../../gateway/plan/compose.ts";
import { readSources } from "../../gateway/plan/read-sources.ts";
import { parseSupergraphYaml } from "../../gateway/plan/supergraph-yaml.ts";
import { ConfigError, type Env } from "../../runtime/env.ts";
import { isOwn } from "../project/own-subgraphs.ts";
import { Broken, describeFault } from "./broken.ts";

export interface ComposedGraph {
  readonly sdl: string;
  /** As a gateway that serves it says. */
  readonly id: string;
  /** The schema of each subgraph that went into it. */
  readonly schemas: ReadonlyMap<string, string>;
  /** Subgraphs of this project that are not in it, as they are not running. */
  readonly left: readonly string[];
}

/**
 * Composes the graph of supergraph.yaml as its files are now.
 * @param urls where the gateway is to find those that are running, by name; the others are where supergraph.yaml says
 * @throws Broken with file, line and hint of every error
 */
export async function composeGraph(
  root: string,
  env: Env,
  urls: (subgraph: string) => string | undefined,
): Promise<ComposedGraph> {
  const path = join(root, "supergraph.yaml");
  try {
    const entries = parseSupergraphYaml(await readFile(path, "utf8"), path, env);
    const left = entries.filter((one) => urls(one.name) === undefined && isOwn(one, root));
    const located = entries
      .filter((entry) => !left.includes(entry))
      .map((entry) => ({ ...entry, defaultUrl: urls(entry.name) ?? entry.url }));
    const { missing, sources } = await readSources(located, () => Promise.reject(new Error()));
    if (missing.length > 0) {
      const message = `${missing.join(", ")}: in development a schema is in a file`;
      const hint = "save it beside supergraph.yaml and name it as `file` there.";
      throw new Broken(describeFault({ message, hint }));
    }
    const sdl = await compose(sources);
    return {
      sdl,
      id: createHash("sha256").update(sdl).digest("hex"),
      schemas: new Map(sources.map((source) => [source.name, source.sdl])),
      left: left.map(({ name }) => name),
    };
  } catch (error) {
    if (error instanceof CompositionError) throw new Broken(error.message);
    if (error instanceof ConfigError) {
      throw new Broken(describeFault({ message: error.message, hint: "correct it there." }));
    }
    throw error;
  }
}

/** Puts an SDL where a gateway watches it, as a whole. */
export async function placeSdl(path: string, sdl: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.draft`, sdl);
  await rename(`${path}.draft`, path);
}
