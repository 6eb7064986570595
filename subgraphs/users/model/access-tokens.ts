import { type JSONWebKeySet, type JWK, SignJWT } from "jose";
import type { Clock } from "../../../runtime/clock.ts";
import type { TokenKey } from "./token-key.ts";

/** Seconds for which an access token is good; nothing can end it earlier. */
const lifetime = 15 * 60;

export interface AccessTokensOptions {
  readonly key: TokenKey;
  /** Keys of tokens that were or will be signed elsewhere, or at another time. */
  readonly published: readonly JWK[];
  readonly issuer: string;
  readonly audience: string;
  readonly clock: Clock;
}

/** Whom a token speaks for. */
export interface Claims {
  readonly userId: string;
  readonly role: string;
  readonly sessionId: string;
}

export interface AccessToken {
  readonly accessToken: string;
  readonly expiresAt: Date;
}

export interface AccessTokens {
  /** A JWT with `sub` (user), `sid` (session), `role`, `iss`, `aud`, `iat`, `exp` and the key's id in its header. */
  issue(claims: Claims): Promise<AccessToken>;
  /** The public keys by which anyone can check the tokens. */
  readonly keySet: JSONWebKeySet;
}

export function createAccessTokens(options: AccessTokensOptions): AccessTokens {
  const { audience, clock, issuer, key, published } = options;
  return {
    keySet: { keys: [key.publicJwk, ...published.filter(({ kid }) => kid !== key.id)] },
    async issue({ userId, role, sessionId }) {
      const issuedAt = Math.floor(clock.now() / 1000);
      const expires = issuedAt + lifetime;
      const accessToken = await new SignJWT({ role, sid: sessionId })
        .setProtectedHeader({ alg: key.algorithm, kid: key.id, typ: "at+jwt" })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expires)
        .sign(key.privateKey);
      return { accessToken, expiresAt: new Date(expires * 1000) };
    },
  };
}
