import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError } from "../../runtime/env.ts";
import { createSecretFile } from "../create-secret-file.ts";
import type { SecretName, StartConfig } from "./config.ts";

export type Secrets = Readonly<Record<SecretName, string>>;

const kept = z.object({ GATEWAY_SIGNING_KEY: z.string(), TOKEN_SIGNING_KEY: z.string() });

/** The secrets that are given, and for the others those of DATA_DIR, made at the first start. */
export async function readSecrets({ secrets, dataDir }: StartConfig): Promise<Secrets> {
  const { GATEWAY_SIGNING_KEY, TOKEN_SIGNING_KEY } = secrets;
  if (GATEWAY_SIGNING_KEY !== undefined && TOKEN_SIGNING_KEY !== undefined) {
    return { GATEWAY_SIGNING_KEY, TOKEN_SIGNING_KEY };
  }
  const file = join(dataDir, "secrets.json");
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  const found = await readFile(file, "utf8").catch(() => undefined);
  const text =
    found ?? (await createSecretFile(file, `${JSON.stringify(makeSecrets(), null, 2)}\n`));
  try {
    return { ...kept.parse(JSON.parse(text)), ...secrets };
  } catch {
    throw new ConfigError(
      `DATA_DIR: ${file} does not hold the secrets that were written to it: delete it, and whoever is signed in signs in again.`,
    );
  }
}

/** New ones, each time. */
export function makeSecrets(): Secrets {
  const { privateKey } = generateKeyPairSync("ed25519");
  const jwk = { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), alg: "EdDSA" };
  return {
    GATEWAY_SIGNING_KEY: randomBytes(32).toString("base64url"),
    TOKEN_SIGNING_KEY: JSON.stringify(jwk),
  };
}
