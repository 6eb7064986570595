import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import { projectRoot } from "../../runtime/project-root.ts";
import { readPackages } from "./read-packages.ts";

interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly { readonly license?: { readonly id?: string } }[];
}

test("S72 the bill of materials has every package that runs, with its version and licence, and no other", async () => {
  const { stdout } = await promisify(execFile)("npm", ["run", "--silent", "sbom"], {
    cwd: projectRoot(),
    maxBuffer: 64 * 1024 * 1024,
  });
  const { bomFormat, components } = JSON.parse(stdout) as {
    readonly bomFormat: string;
    readonly components: readonly Component[];
  };
  expect(bomFormat).toBe("CycloneDX");
  const named = new Set(components.map(({ name, version }) => `${name} ${version}`));
  const manifest = JSON.parse(await readFile(join(projectRoot(), "package.json"), "utf8"));
  const dependencies = Object.entries(manifest.dependencies);
  expect(dependencies.filter(([name, version]) => !named.has(`${name} ${version}`))).toEqual([]);
  expect(
    components.filter(({ licenses = [] }) => licenses.length === 0).map(({ name }) => name),
  ).toEqual([]);
  const gateway = components.find(({ name }) => name === "@apollo/gateway");
  expect(gateway?.licenses).toEqual([{ license: { id: "Elastic-2.0" } }]);
  const running = new Set(
    (await readPackages()).filter(({ development }) => !development).map(({ name }) => name),
  );
  expect(components.map(({ name }) => name).filter((name) => !running.has(name))).toEqual([]);
}, 60_000);
