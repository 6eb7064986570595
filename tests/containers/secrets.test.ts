import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import { envToConfig as gatewayConfig } from "../../gateway/config.ts";
import { projectRoot } from "../../runtime/project-root.ts";
import { envToConfig as usersConfig } from "../../subgraphs/users/config.ts";
import { parseTokenKey } from "../../subgraphs/users/model/token-key.ts";
import { read, subgraphs } from "./compose-file.ts";

const run = promisify(execFile);

function secrets(file: string): ReturnType<typeof run> {
  return run(process.execPath, [join(projectRoot(), "dist/scripts/secrets.js"), file]);
}

/** As Docker Compose reads it: what stands in single quotes is taken as it is. */
function valuesOf(text: string): Readonly<Record<string, string>> {
  const lines = text.matchAll(/^([A-Z0-9_]+)=('?)(.*)\2$/gm);
  return Object.fromEntries([...lines].map(([, name, , value]) => [name, value]));
}

test("npm run secrets writes an .env for its owner alone, and never replaces one", async () => {
  const folder = await mkdtemp(join(tmpdir(), "secrets-"));
  const file = join(folder, ".env");
  await secrets(file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const text = await readFile(file, "utf8");
  const values = valuesOf(text);
  const databases = subgraphs.map(({ name }) => `${name.toUpperCase()}_DATABASE_PASSWORD`);
  const passwords = ["POSTGRES_PASSWORD", ...databases];
  const names = [...passwords, "GATEWAY_SIGNING_KEY", "TOKEN_SIGNING_KEY"];
  expect(Object.keys(values).sort()).toEqual(names.sort());
  for (const name of passwords) expect(values[name]).toMatch(/^[\w-]{32}$/);
  expect(new Set(Object.values(values)).size).toBe(names.length);
  usersConfig({ ...values, USERS_DATABASE_URL: "postgresql://users@postgres/users" });
  expect(gatewayConfig(values).signingKey).toBe(values["GATEWAY_SIGNING_KEY"]);
  await expect(secrets(file)).rejects.toThrow(`${file} is there already, and stays as it is.`);
  expect(await readFile(file, "utf8")).toBe(text);
  await rm(folder, { recursive: true });
});

test("the command in .env.example makes a key that users takes", async () => {
  const [, command = ""] = /^# {3}(node -e .*)$/m.exec(read(".env.example")) ?? [];
  const { stdout } = await run("/bin/sh", ["-c", command]);
  expect(parseTokenKey(stdout.trim())?.algorithm).toBe("EdDSA");
});
