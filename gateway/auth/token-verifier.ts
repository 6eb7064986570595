import { hash } from "node:crypto";
import { errors, type JWTPayload, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import type { Clock } from "../../runtime/clock.ts";
import { codeOf, type ErrorCode, failure } from "../../runtime/errors.ts";
import { InFlight } from "../../runtime/in-flight.ts";
import type { Viewer } from "../request.ts";
import { createKeySet } from "./key-set.ts";
import { limitForgeries } from "./limit-forgeries.ts";
import type { KeySource } from "./read-keys.ts";

/** Seconds by which the issuer's clock may differ from ours. */
const leeway = 5;
/** Characters of a token at most; longer ones are refused unread. */
const maxToken = 8 * 1024;
/** Asymmetric only: with HS256 on the list, the public key would be a password that everyone knows. */
const algorithms = ["EdDSA", "Ed25519", "ES256", "ES384", "PS256", "RS256"];
/** Milliseconds for which a refusal is remembered: short, as a key that is unknown now may be published soon. */
const refusedFor = 10_000;

interface TokenVerifierOptions {
  readonly source: KeySource;
  readonly issuer: string;
  readonly audience: string;
  readonly clock: Clock;
  /** Once for each signature that was checked, not for those found in the cache. */
  readonly verified: (outcome: "ok" | ErrorCode) => void;
  readonly keysFailed: (error: unknown) => void;
}

/**
 * What is known of a token is said at once.
 * @param address where the client is, as its limits are counted
 * @throws TOKEN_INVALID, TOKEN_EXPIRED or KEYS_UNAVAILABLE; RATE_LIMITED for a token that is not known yet, from an address that
 * sent too many with wrong signatures
 */
export type VerifyToken = (token: string, address: string) => Viewer | Promise<Viewer>;

/** What is known of a token, in milliseconds since the epoch. */
type Verdict =
  | { readonly viewer: Viewer; readonly until: number }
  | { readonly refused: "TOKEN_INVALID" | "TOKEN_EXPIRED"; readonly until: number };

/**
 * Checks a token's signature once and remembers the verdict until the token expires, under its hash. Refused tokens
 * have a cache of their own, so that garbage does not drive out good ones.
 */
export function createTokenVerifier(options: TokenVerifierOptions): VerifyToken {
  const { clock, verified } = options;
  const accepted = new LRUCache<string, Verdict>({ max: 50_000 });
  const refused = new LRUCache<string, Verdict>({ max: 5_000 });
  const underWay = new InFlight<string, Promise<Verdict>>();
  const forgeries = limitForgeries();
  const keys = createKeySet({
    source: options.source,
    clock,
    readFailed: options.keysFailed,
    // A token of a new key may have been refused just before, and one of a key that is withdrawn must end.
    changed() {
      accepted.clear();
      refused.clear();
    },
  });

  async function verify(token: string, address: string): Promise<Verdict> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms,
        issuer: options.issuer,
        audience: options.audience,
        clockTolerance: leeway,
        currentDate: new Date(clock.now()),
        requiredClaims: ["sub", "exp"],
      });
      const until = (Number(payload.exp) + leeway) * 1000;
      const verdict = { viewer: viewerOf(payload), until };
      verified("ok");
      return verdict;
    } catch (error) {
      if (codeOf(error) === "KEYS_UNAVAILABLE") {
        verified("KEYS_UNAVAILABLE");
        throw error;
      }
      if (error instanceof errors.JWSSignatureVerificationFailed) forgeries.count(address);
      const code = error instanceof errors.JWTExpired ? "TOKEN_EXPIRED" : "TOKEN_INVALID";
      verified(code);
      return { refused: code, until: clock.now() + refusedFor };
    }
  }

  async function verifyNew(key: string, token: string, address: string): Promise<Viewer> {
    await forgeries.admit(address);
    const verifying = underWay.get(key) ?? verify(token, address);
    underWay.set(key, verifying);
    const verdict = await verifying.finally(() => underWay.delete(key));
    ("viewer" in verdict ? accepted : refused).set(key, verdict);
    return viewerIn(verdict);
  }

  return (token, address) => {
    if (token.length > maxToken) throw failure("TOKEN_INVALID");
    const key = hash("sha256", token, "base64url");
    const known = accepted.get(key) ?? refused.get(key);
    return known !== undefined && clock.now() < known.until
      ? viewerIn(known)
      : verifyNew(key, token, address);
  };
}

/** @throws TOKEN_INVALID or TOKEN_EXPIRED */
function viewerIn(verdict: Verdict): Viewer {
  if ("refused" in verdict) throw failure(verdict.refused);
  return verdict.viewer;
}

/** `sub` is the user; `role` and `sid` (the session) are empty for issuers that do not say. */
function viewerOf({ role, scope, scp, sid, sub }: JWTPayload): Viewer {
  if (sub === undefined || sub === "") throw new errors.JWTInvalid("no subject");
  const text = (claim: unknown): string => (typeof claim === "string" ? claim : "");
  return {
    kind: "user",
    id: sub,
    role: text(role),
    session: text(sid),
    scopes: scopesOf(scope ?? scp),
  };
}

/** `scope` as RFC 8693 has it: names with spaces between; other issuers say `scp`, and give a list. */
function scopesOf(claim: unknown): readonly string[] {
  if (typeof claim === "string") return claim.split(" ").filter((name) => name !== "");
  return Array.isArray(claim) ? claim.filter((name) => typeof name === "string") : [];
}
