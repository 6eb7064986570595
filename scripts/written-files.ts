import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { projectRoot } from "../runtime/project-root.ts";

/** Text by path from the top of the project. */
export type WrittenFiles = Readonly<Record<string, string>>;

/**
 * Writes generated files, or with `--check` only says which are stale.
 * @returns the exit code: 1 when a stale one was found
 */
export async function writeOrCheck(
  files: WrittenFiles,
  remedy: string,
  check: boolean,
): Promise<number> {
  let code = 0;
  for (const [name, text] of Object.entries(files)) {
    const path = join(projectRoot(), name);
    if ((await readFile(path, "utf8").catch(() => undefined)) === text) continue;
    if (check) {
      process.stderr.write(`${name} is stale: run \`${remedy}\`\n`);
      code = 1;
    } else {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
      process.stdout.write(`wrote ${name}\n`);
    }
  }
  return code;
}
