import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from "node:crypto";
import type { JWK } from "jose";
import { z } from "zod";

/** The key of this subgraph's tokens. */
export interface TokenKey {
  readonly id: string;
  readonly algorithm: "EdDSA" | "ES256";
  readonly privateKey: KeyObject;
  /** For everyone: it has no private part. */
  readonly publicJwk: JWK;
}

const base = { kid: z.string().min(1).max(200), d: z.string().min(1), x: z.string().min(1) };
const privateJwk = z.union([
  z.object({ ...base, kty: z.literal("OKP"), crv: z.literal("Ed25519"), alg: z.literal("EdDSA") }),
  z.object({
    ...base,
    kty: z.literal("EC"),
    crv: z.literal("P-256"),
    alg: z.literal("ES256"),
    y: z.string().min(1),
  }),
]);

/** Reads a private JWK from JSON; undefined for anything but an Ed25519 or P-256 key with `kid` and the `alg` that fits. */
export function parseTokenKey(json: string): TokenKey | undefined {
  try {
    const jwk = privateJwk.parse(JSON.parse(json));
    const privateKey = createPrivateKey({ key: jwk, format: "jwk" });
    const publicPart = createPublicKey(privateKey).export({ format: "jwk" }) as JWK;
    return {
      id: jwk.kid,
      algorithm: jwk.alg,
      privateKey,
      publicJwk: { ...publicPart, kid: jwk.kid, alg: jwk.alg, use: "sig" },
    };
  } catch {
    return undefined;
  }
}

/** A secret for one other purpose, which says nothing about the key. */
export function deriveSecret(key: TokenKey, purpose: string): Buffer {
  const { d } = key.privateKey.export({ format: "jwk" });
  return Buffer.from(hkdfSync("sha256", Buffer.from(d ?? "", "base64url"), "", purpose, 32));
}
