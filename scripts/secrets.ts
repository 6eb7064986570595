import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "../runtime/env.ts";
import { projectRoot } from "../runtime/project-root.ts";
import { sentence } from "../runtime/run-process.ts";
import { createSecretFile } from "./create-secret-file.ts";
import { makeSecrets } from "./start/secrets.ts";

/** `npm run secrets [-- FILE]`: writes .env from .env.example with every secret filled in. One that is there stays as it is. */
async function writeSecrets(): Promise<void> {
  const file = process.argv[2] ?? join(projectRoot(), ".env");
  const text = fillIn(await readFile(join(projectRoot(), ".env.example"), "utf8"));
  if ((await createSecretFile(file, text)) !== text) {
    throw new ConfigError(`${file} is there already, and stays as it is.`);
  }
  process.stdout.write(`wrote ${file}\n`);
}

/** Gives each `NAME=` of the example a value of its own. */
function fillIn(example: string): string {
  const { GATEWAY_SIGNING_KEY, TOKEN_SIGNING_KEY } = makeSecrets();
  const made: Readonly<Record<string, string>> = {
    GATEWAY_SIGNING_KEY,
    // In single quotes nothing of the JSON has a meaning for what reads the file.
    TOKEN_SIGNING_KEY: `'${TOKEN_SIGNING_KEY}'`,
  };
  return example.replaceAll(
    /^([A-Z0-9_]+)=$/gm,
    (line, name: string) => `${line}${made[name] ?? randomBytes(24).toString("base64url")}`,
  );
}

writeSecrets().catch((error: unknown) => {
  process.stderr.write(`${sentence(error)}\n`);
  process.exitCode = 1;
});
