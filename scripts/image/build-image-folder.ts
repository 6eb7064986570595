import { execFile } from "node:child_process";
import { cp, mkdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import type { Env } from "../../runtime/env.ts";
import { buildContext } from "./build-context.ts";
import {
  type Copy,
  lastCommand,
  readCopy,
  readDockerfile,
  readVariables,
  type Stage,
} from "./read-dockerfile.ts";

/** Where the stages work in the image. */
const workdir = "/app";

export interface ImageFolder {
  /** What the image has as `/app`. */
  readonly folder: string;
  readonly env: Env;
  readonly healthcheck: readonly string[];
}

/**
 * Does what the Dockerfile of a project says, in folders instead of containers: each stage has one, and starts as a copy of its
 * base. Only what lies in WORKDIR is followed; the machine's own Node stands for the image's.
 * @param work an empty folder
 * @param env what commands see besides the stage's own variables
 */
export async function buildImageFolder(root: string, work: string, env: Env): Promise<ImageFolder> {
  const stages = readDockerfile(await readFile(join(root, "Dockerfile"), "utf8"));
  const context = await buildContext(root, await readFile(join(root, ".dockerignore"), "utf8"));
  const variables = new Map<string, Env>();
  const place = (stage: string): string => join(work, stage);

  async function build(stage: Stage): Promise<void> {
    const folder = place(stage.name);
    if (variables.has(stage.base)) await copyTree(place(stage.base), folder);
    else await mkdir(folder);
    let own = variables.get(stage.base) ?? {};
    for (const { keyword, text } of stage.instructions) {
      if (keyword === "ENV") own = { ...own, ...readVariables(text) };
      if (keyword === "COPY") await copy(folder, readCopy(text));
      if (keyword === "RUN") await runIn(folder, text, { ...env, ...own });
    }
    variables.set(stage.name, own);
  }

  async function copy(folder: string, { from, sources, target }: Copy): Promise<void> {
    const into = join(folder, target);
    for (const source of sources) {
      if (from !== undefined) {
        await copyTree(join(place(from), relative(workdir, source)), into);
        continue;
      }
      const files = context.filter(
        (file) => source === "." || file === source || file.startsWith(`${source}/`),
      );
      if (files.length === 0) throw new Error(`COPY ${source}: no such file in the build context`);
      for (const file of files) {
        const name = file === source ? basename(file) : relative(source, file);
        const path = file === source && !target.endsWith("/") ? into : join(into, name);
        await mkdir(dirname(path), { recursive: true });
        await cp(join(root, file), path);
      }
    }
  }

  for (const stage of stages) await build(stage);
  const last = stages.at(-1);
  if (last === undefined) throw new Error("the Dockerfile has no stage");
  return {
    folder: place(last.name),
    env: variables.get(last.name) ?? {},
    healthcheck: lastCommand(last, "HEALTHCHECK"),
  };
}

async function copyTree(from: string, to: string): Promise<void> {
  await stat(from);
  await mkdir(to, { recursive: true });
  await promisify(execFile)("cp", ["-a", `${from}/.`, to]);
}

async function runIn(folder: string, text: string, env: Env): Promise<void> {
  const command = text.replaceAll(/--mount=\S+\s+/g, "");
  await promisify(execFile)("/bin/sh", ["-c", command], {
    cwd: folder,
    env: { ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
}
