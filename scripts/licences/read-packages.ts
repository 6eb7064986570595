import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "../../runtime/env.ts";
import { projectRoot } from "../../runtime/project-root.ts";

export interface LockedPackage {
  readonly name: string;
  /** As npm has it: an identifier or an expression of SPDX, mostly. */
  readonly licence: string;
  /** Whether only those who build and test have it. */
  readonly development: boolean;
}

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly license?: string; readonly dev?: boolean; readonly name?: string }>
  >;
}

/** Packages that do not say it where npm looks, and where they do. */
export const saidElsewhere: Readonly<Record<string, string>> = {
  // Its file LICENSE.
  "seq-queue": "MIT",
};

/** All packages that package-lock.json names, those for other platforms included; each name once for each licence. */
export async function readPackages(): Promise<readonly LockedPackage[]> {
  const lock = JSON.parse(await readFile(join(projectRoot(), "package-lock.json"), "utf8")) as Lock;
  const packages = new Map<string, LockedPackage>();
  for (const [path, { dev = false, license }] of Object.entries(lock.packages)) {
    if (path === "") continue;
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const licence = license ?? saidElsewhere[name];
    if (licence === undefined) throw new ConfigError(`${name} does not say what its licence is.`);
    const key = `${name} ${licence}`;
    const development = dev && packages.get(key)?.development !== false;
    packages.set(key, { name, licence, development });
  }
  return [...packages.values()];
}
