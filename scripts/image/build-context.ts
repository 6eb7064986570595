import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** The files below a folder that its `.dockerignore` lets into a build, by their paths from it. */
export async function buildContext(root: string, dockerignore: string): Promise<readonly string[]> {
  const rules = dockerignore
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({
      lets: line.startsWith("!"),
      matches: toRegExp(line.replace(/^!/, "")),
    }));
  const lets = (path: string): boolean =>
    rules.findLast((rule) => rule.matches.test(path))?.lets ?? true;
  const files: string[] = [];
  const folders = [""];
  for (const folder of folders) {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (!lets(path)) continue;
      (entry.isDirectory() ? folders : files).push(path);
    }
  }
  return files;
}

/** A pattern matches what has its name and all that lies below. `**` stands for any number of folders. */
function toRegExp(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("**/", "\0")
    .replaceAll("*", "[^/]*")
    .replaceAll("\0", "(?:.*/)?");
  return new RegExp(`^${source}(?:/.*)?$`);
}
