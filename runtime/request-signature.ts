import { hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "./clock.ts";
import { createHmacs, type Hmac } from "./hmac.ts";

/** The header in which one process of the graph proves to another that a request is its own. */
export const signatureHeader = "x-supergraph-signature";

/** Seconds for which a signature is good: longer than any request takes, too short to be worth stealing. */
const lifetime = 60;
/** Seconds by which two machines' clocks may differ. */
const leeway = 5;
/** Seconds for which a signature must be known again: from the earliest moment at which it is good to the latest. */
export const goodFor = lifetime + 2 * leeway;
/** Characters of the header at most. */
const maxHeader = 4_096;

/** What a signature is bound to. */
export interface SignedRequest {
  readonly method: string;
  /** With the query, without the host. */
  readonly path: string;
  readonly body: string | Buffer;
}

/** What signs: a gateway for its viewers, or a service for itself. Neither's signature is good for the other. */
export type Sender = "gateway" | "service";

export interface SignatureOptions {
  /** The key that all processes of the graph have. */
  readonly key: string;
  readonly sender: Sender;
  readonly clock: Clock;
}

/**
 * Gives the header for a request. No two are alike, so a request that is sent again is signed again.
 * @param claims what the sender says with it: printable ASCII without spaces
 */
export type SignRequest = (request: SignedRequest, claims: string) => string;

/** `v1;SECONDS;PROCESS;NUMBER;CLAIMS;MAC`: the MAC is HMAC-SHA256 over all before it, method, path and body. */
export function createRequestSigner({ clock, key, sender }: SignatureOptions): SignRequest {
  const hmac = hmacsOf(key, sender);
  const process = randomBytes(12).toString("base64url");
  let count = 0;
  return (request, claims) => {
    count += 1;
    const said = `v1;${Math.floor(clock.now() / 1000)};${process};${count};${claims};`;
    return said + macOf(hmac, said, request);
  };
}

/** Who numbered a request, and how. */
export interface Numbered {
  readonly process: string;
  readonly number: number;
}

/** Whether a number was not met before, which it is from now on. */
export type FirstTime = (numbered: Numbered) => boolean | Promise<boolean>;

/** Gives the claims of a request that is signed, whole, in time and no replay; otherwise undefined. */
export type VerifyRequest = (
  header: string | undefined,
  request: SignedRequest,
) => Promise<string | undefined>;

export function createRequestVerifier(
  { clock, key, sender }: SignatureOptions,
  firstTime: FirstTime,
): VerifyRequest {
  const hmac = hmacsOf(key, sender);
  return async (header, request) => {
    if (header === undefined || header.length > maxHeader) return undefined;
    const [, said, seconds, process, number, claims, mac] = shape.exec(header) ?? [];
    if (said === undefined || process === undefined || mac === undefined) return undefined;
    if (!isTimely(Number(seconds), clock.now())) return undefined;
    const right = Buffer.from(macOf(hmac, said, request), "latin1");
    if (!timingSafeEqual(right, Buffer.from(mac, "latin1"))) return undefined;
    return (await firstTime({ process, number: Number(number) })) ? claims : undefined;
  };
}

const shape = /^(v1;(\d{1,12});([\w-]{16});(\d{1,15});([!-~]*);)([\w-]{43})$/;

/** With a key for one purpose, so that nothing that was signed for another is good for it. */
function hmacsOf(key: string, sender: Sender): Hmac {
  const derived = hkdfSync("sha256", key, "", `supergraph request of a ${sender}`, 32);
  return createHmacs(new Uint8Array(derived));
}

/** 43 characters. */
function macOf(hmac: Hmac, said: string, { body, method, path }: SignedRequest): string {
  return hmac(`${said}\n${method} ${path}\n`, body);
}

/**
 * Whether what was signed `at` is still good, and not from the future.
 * @param at seconds since the epoch
 * @param now milliseconds since the epoch
 */
function isTimely(at: number, now: number): boolean {
  const seconds = now / 1000;
  return at <= seconds + leeway && at + lifetime + leeway >= seconds;
}
