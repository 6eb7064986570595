import { createHash, createHmac, randomBytes } from "node:crypto";

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

/** @param secret 32 bytes, the same in all replicas */
export function createRefreshTokens(secret: Buffer): RefreshTokens {
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
