import { chmod, cp, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { projectRoot } from "../runtime/project-root.ts";

export interface ProjectCopy {
  readonly root: string;
  remove(): Promise<void>;
}

/** A copy of the project, built as it is, that shares nothing but node_modules: what is saved in it stays in it. */
export async function copyProject(): Promise<ProjectCopy> {
  const from = projectRoot();
  const root = await realpath(await mkdtemp(join(tmpdir(), "supergraph-copy-")));
  // PostgreSQL's account passes through, on its way to the data folder in it.
  await chmod(root, 0o711);
  await cp(from, root, {
    recursive: true,
    filter: (path) =>
      !/^((bench\/peers\/)?node_modules|coverage|\.git|\.data)(\/|$)/.test(relative(from, path)),
  });
  await symlink(join(from, "node_modules"), join(root, "node_modules"));
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}
