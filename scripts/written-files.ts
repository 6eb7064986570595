import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { projectRoot } from "../runtime/project-root.ts";

/** Text by path from the top of the project. */
export type WrittenFiles = Readonly<Record<string, string>>;

/** Those of the files that are missing or have another text. */
export async function findStale(files: WrittenFiles, root: string): Promise<readonly string[]> {
  const stale: string[] = [];
  for (const [name, text] of Object.entries(files)) {
    const found = await readFile(join(root, name), "utf8").catch(() => undefined);
    if (found !== text) stale.push(name);
  }
  return stale;
}

/**
 * Writes generated files, or with `check` only says which are stale.
 * @returns the exit code: 1 when `check` found a stale one
 */
export async function writeOrCheck(
  files: WrittenFiles,
  remedy: string,
  check: boolean,
): Promise<number> {
  const root = projectRoot();
  const stale = await findStale(files, root);
  for (const name of stale) {
    if (check) {
      process.stderr.write(`${name} is stale: run \`${remedy}\`\n`);
      continue;
    }
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), files[name] ?? "");
    process.stdout.write(`wrote ${name}\n`);
  }
  return check && stale.length > 0 ? 1 : 0;
}
