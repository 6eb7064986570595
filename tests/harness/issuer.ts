import { generateKeyPairSync } from "node:crypto";
import { SignJWT } from "jose";
import { answerJson, createHttpDouble } from "./http-double.ts";

/** Somebody who gives access tokens, and publishes the key they are signed with. */
export interface Issuer {
  /** What tells a gateway whose tokens count. */
  readonly env: Readonly<Record<string, string>>;
  /** `Bearer` and a token of this user, good for a quarter of an hour, with more claims. */
  authorization(
    user: string,
    session?: string,
    more?: Readonly<Record<string, unknown>>,
  ): Promise<string>;
  stop(): Promise<void>;
}

export async function createIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const [iss, aud] = ["urn:test:issuer", "urn:test:audience"];
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "one" };
  const keys = await createHttpDouble((_heard, response) => answerJson(response, { keys: [jwk] }));
  return {
    env: { JWKS_URL: `${keys.url}/keys`, TOKEN_ISSUER: iss, TOKEN_AUDIENCE: aud },
    async authorization(user, session = "s1", more = {}) {
      const now = Math.floor(Date.now() / 1000);
      const claims = {
        iss,
        aud,
        sub: user,
        role: "USER",
        sid: session,
        iat: now,
        exp: now + 900,
        ...more,
      };
      const token = new SignJWT(claims).setProtectedHeader({ alg: "EdDSA", kid: "one" });
      return `Bearer ${await token.sign(privateKey)}`;
    },
    stop: keys.stop,
  };
}
