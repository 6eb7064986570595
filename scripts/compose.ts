// `npm run compose`: composes supergraph.yaml into graph/; with `--check`, says whether graph/ is fresh.
// The environment plays no part: the SDL carries the default URLs.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { lexicographicSortSchema, printSchema } from "graphql";
import { CompositionError, compose } from "../gateway/plan/compose.ts";
import { loadApiSchema } from "../gateway/plan/load-supergraph.ts";
import { readSources } from "../gateway/plan/read-sources.ts";
import { composedSdl } from "../gateway/plan/supergraph-source.ts";
import { parseSupergraphYaml } from "../gateway/plan/supergraph-yaml.ts";
import { ConfigError } from "../runtime/env.ts";
import { projectRoot } from "../runtime/project-root.ts";
import { writeOrCheck } from "./written-files.ts";

async function composeGraph(): Promise<Readonly<Record<string, string>>> {
  const path = join(projectRoot(), "supergraph.yaml");
  const entries = parseSupergraphYaml(await readFile(path, "utf8"), path, {});
  const { sources } = await readSources(entries, () =>
    Promise.reject(new ConfigError("a committed SDL is composed from files only")),
  );
  const sdl = await compose(sources);
  return {
    [composedSdl]: sdl,
    "graph/api.graphql": `# What clients see; written by \`npm run compose\`.\n\n${printSchema(lexicographicSortSchema(loadApiSchema(sdl)))}\n`,
  };
}

try {
  const check = process.argv.includes("--check");
  process.exitCode = await writeOrCheck(await composeGraph(), "npm run compose", check);
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof CompositionError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
