import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CompositionError, compose } from "../gateway/plan/compose.ts";
import { readSources } from "../gateway/plan/read-sources.ts";
import { parseSupergraphYaml } from "../gateway/plan/supergraph-yaml.ts";
import { ConfigError } from "../runtime/env.ts";
import { projectRoot } from "../runtime/project-root.ts";
import { sentence } from "../runtime/run-process.ts";
import { createCompiler } from "./dev/compiler.ts";
import { addToContainers } from "./new-subgraph/containers/add-to-containers.ts";
import {
  fillTemplate,
  type NewFiles,
  type NewSubgraph,
  supergraphEntry,
} from "./new-subgraph/fill-template.ts";
import { findClash } from "./new-subgraph/find-clash.ts";
import { readWish } from "./new-subgraph/read-wish.ts";
import { readOwnSubgraphs, variablesOf } from "./project/own-subgraphs.ts";

/**
 * `npm run new:subgraph -- NAME [--port N]`: a subgraph with a database of its own, from schema to test, that `npm start`,
 * `npm run dev` and all else take up by its entry in supergraph.yaml, and in the files by which containers run. Nothing is
 * written when it would not compose.
 */
async function createSubgraph(): Promise<void> {
  const root = projectRoot();
  const dist = dirname(dirname(fileURLToPath(import.meta.url)));
  const wanted = readWish(process.argv.slice(2), readOwnSubgraphs(root), root);
  const files = await fillTemplate(join(root, "scripts/new-subgraph/template"), wanted);
  const supergraph = await addToSupergraph(root, wanted, files);
  const containers = await addToContainers(root, wanted);

  for (const [path, text] of [...files, ...containers.files]) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  await writeFile(join(root, "supergraph.yaml"), supergraph);

  const { name, port } = wanted;
  const biome = join("node_modules", "@biomejs", "biome", "bin", "biome");
  await Promise.all([
    run(root, "scripts/generate-prisma-clients.js", name),
    run(root, "scripts/generate-resolver-types.js", name),
    run(root, biome, "check", "--write", join("subgraphs", name), join("prisma", name)),
    run(root, join(dist, "scripts", "compose.js")),
  ]);
  const compiler = createCompiler(root, dist);
  await compiler.compile(await compiler.stale());

  const { url } = variablesOf(name);
  const places = ["supergraph.yaml", ...containers.files.keys()].join(", ");
  process.stdout.write(`wrote subgraphs/${name}, prisma/${name} and what is about it in ${places}
Next:  npm run dev                      the graph with ${name} at port ${port} (${url} says where the gateway finds it)
       npm test -- subgraphs/${name}    its tests
${containers.left.map((sentence) => `${sentence}\n`).join("")}`);
}

/** Runs a Node program of the project, which says by itself what is wrong. @throws when something is */
async function run(root: string, ...args: string[]): Promise<void> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new ConfigError(`${args.join(" ")} ended with exit code ${code}.`);
}

/** @returns supergraph.yaml with the new one. @throws ConfigError when it does not compose, as when a type is taken */
async function addToSupergraph(
  root: string,
  wanted: NewSubgraph,
  files: NewFiles,
): Promise<string> {
  const path = join(root, "supergraph.yaml");
  const before = (await readFile(path, "utf8")).trimEnd();
  const text = `${before}\n${supergraphEntry(wanted)}`;
  const entries = parseSupergraphYaml(text, path, {});
  const others = entries.filter(({ name }) => name !== wanted.name);
  const { sources } = await readSources(others, () => Promise.reject(new Error()));
  const place = `subgraphs/${wanted.name}/schema.graphql`;
  const url = `http://127.0.0.1:${wanted.port}/graphql`;
  const sdl = files.get(place) ?? "";
  const clash = findClash(sdl, sources);
  if (clash !== undefined) {
    throw new ConfigError(`NAME: the graph has ${clash} already, so choose another name.`);
  }
  try {
    await compose([...sources, { name: wanted.name, url, sdl, place }]);
    return text;
  } catch (error) {
    if (!(error instanceof CompositionError)) throw error;
    throw new ConfigError(
      `NAME: ${wanted.name} does not fit the graph, choose another one:\n${error.message}`,
    );
  }
}

createSubgraph().catch((error: unknown) => {
  process.stderr.write(`${sentence(error)}\n`);
  process.exitCode = 1;
});
