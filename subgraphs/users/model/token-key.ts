import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
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

const text = z.string().min(1);
const base = { kid: text.max(200), x: text };
const ed25519 = z.object({
  ...base,
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  alg: z.literal("EdDSA"),
});
const p256 = z.object({
  ...base,
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  alg: z.literal("ES256"),
  y: text,
});
const privateJwk = z.union([ed25519.extend({ d: text }), p256.extend({ d: text })]);
const publicJwks = z.array(z.union([ed25519, p256])).max(10);

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

/**
 * Reads keys that are published beside the one that signs, from a JSON list of JWKs: the next one, before it signs, and the last,
 * while its tokens are good. Of private ones the public part counts. Undefined for anything but keys that could sign here.
 */
export function parsePublishedKeys(json: string): readonly JWK[] | undefined {
  try {
    return publicJwks.parse(JSON.parse(json)).map((jwk) => {
      const key = createPublicKey({ key: jwk, format: "jwk" }).export({ format: "jwk" }) as JWK;
      return { ...key, kid: jwk.kid, alg: jwk.alg, use: "sig" };
    });
  } catch {
    return undefined;
  }
}
