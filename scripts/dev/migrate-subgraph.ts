import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Broken } from "./broken.ts";
import type { Compiler } from "./compiler.ts";
import type { DevSubgraph } from "./dev-subgraph.ts";
import { runTool } from "./run-tool.ts";

interface Surroundings {
  readonly root: string;
  readonly dist: string;
  readonly compiler: Compiler;
}

/** Generates the Prisma client of a subgraph anew and applies the migrations that its database lacks. @throws Broken */
export async function migrateSubgraph(
  { env, name }: DevSubgraph,
  { compiler, dist, root }: Surroundings,
): Promise<void> {
  const run = async (...args: string[]): Promise<void> => {
    const { code, output } = await runTool(root, args, env).done;
    if (code !== 0) throw new Broken(output.trim());
  };
  await run("scripts/generate-prisma-clients.js", name);
  const generated = join(root, "prisma", name, "generated");
  const files = await readdir(generated, { recursive: true });
  await compiler.compile(
    files.filter((file) => file.endsWith(".ts")).map((file) => join(generated, file)),
  );
  await run(join(dist, "scripts", "migrate.js"));
}
