import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join, relative } from "node:path";
import { projectRoot } from "../../runtime/project-root.ts";

/** Keeps the result of a run with the machine that it ran on. @returns the path of its file in the project */
export async function saveResult(name: string, result: object): Promise<string> {
  const folder = join(projectRoot(), "bench/results");
  await mkdir(folder, { recursive: true });
  const date = new Date().toISOString();
  const file = join(folder, `${name}-${date.replaceAll(/[:.]/g, "-")}.json`);
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}`;
  await writeFile(file, `${JSON.stringify({ date, machine, ...result }, null, 2)}\n`);
  return relative(projectRoot(), file);
}
