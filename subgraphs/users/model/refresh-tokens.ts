import { createHash, createHmac, hkdfSync, randomBytes } from "node:crypto";

/** 256 bits as base64url. */
const form = /^[A-Za-z0-9_-]{43}$/;

export interface RefreshTokens {
  /** The first token of a session: random. */
  first(): string;
  /**
   * The token that follows this one. It is derived, not stored, so whoever presents the same token twice within its
   * grace, through whichever replica, is given the same successor; and the database holds nothing but hashes.
   */
  successorOf(token: string): string;
}

/**
 * @param key that all replicas have, and go on having while the key of access tokens is replaced: a token that is presented again
 * must have the same successor at a replica that has the new one already
 */
export function createRefreshTokens(key: string): RefreshTokens {
  const secret = Buffer.from(hkdfSync("sha256", key, "", "successor of a refresh token", 32));
  return {
    first: () => randomBytes(32).toString("base64url"),
    successorOf: (token) => createHmac("sha256", secret).update(token).digest("base64url"),
  };
}

/** What is stored of a token. It needs no salt or stretching, as a token is random. */
export function hashToken(token: string): Buffer<ArrayBuffer> {
  return createHash("sha256").update(token).digest() as Buffer<ArrayBuffer>;
}

export function looksLikeToken(text: string): boolean {
  return form.test(text);
}
