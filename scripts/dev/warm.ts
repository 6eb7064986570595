import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const dist = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * A process that has loaded every package that a subgraph needs, which is most of a start, and none of our own code. When
 * it is told to, it becomes that subgraph, as its files are then.
 */
async function becomeSubgraph(name: string): Promise<void> {
  const leave = (): void => process.exit();
  process.once("disconnect", leave);
  const told = once(process, "message");
  const folders = ["runtime", "subgraphs/kit", `subgraphs/${name}`, `prisma/${name}`];
  const packages = (await Promise.all(folders.map(packagesOf))).flat();
  // What cannot be loaded is for the subgraph itself to say.
  await Promise.allSettled([...new Set(packages)].map((one) => import(one)));
  await told;
  process.off("disconnect", leave);
  await import(pathToFileURL(join(dist, "subgraphs", name, "main.js")).href);
}

/** What the programs in a folder import that is not ours. */
async function packagesOf(folder: string): Promise<readonly string[]> {
  const path = join(dist, folder);
  const names = await readdir(path, { recursive: true }).catch(() => []);
  const programs = names.filter((name) => name.endsWith(".js"));
  // One may go meanwhile, as its author deletes it.
  const texts = await Promise.all(
    programs.map((name) => readFile(join(path, name), "utf8").catch(() => "")),
  );
  return texts.flatMap((text) =>
    [...text.matchAll(/^import .*?"([^."][^"]*)";$/gm)].map(([, name = ""]) => name),
  );
}

await becomeSubgraph(process.argv[2] ?? "");
