import { createLocalJWKSet } from "jose";
import { z } from "zod";

/** Where an issuer publishes its keys: at a URL that is known, or at one that it tells itself. */
export type KeySource =
  | { readonly kind: "jwks"; readonly url: string }
  /** By OpenID Connect Discovery. @property issuer exactly as it stands in tokens */
  | { readonly kind: "oidc"; readonly issuer: string };

/** Finds the key of a token. @throws jose's errors for a key that is not there */
export type FindKey = ReturnType<typeof createLocalJWKSet>;

/** Milliseconds for one answer. */
const timeout = 3_000;
/** Characters of an answer at most. */
const maxAnswer = 1024 * 1024;

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
const discovered = z.object({
  issuer: z.string(),
  jwks_uri: z.url({ protocol: /^https?$/ }),
});

/** The keys of an issuer at some time. */
export interface PublishedKeys {
  readonly find: FindKey;
  /** Another one when there are others. */
  readonly text: string;
}

/** Reads the keys that an issuer publishes now. @throws for whatever is no answer of an issuer */
export async function readKeys(source: KeySource): Promise<PublishedKeys> {
  const url = source.kind === "jwks" ? source.url : await discover(source.issuer);
  const keys = keySet.parse(await readJson(url));
  return { find: createLocalJWKSet(keys), text: JSON.stringify(keys) };
}

async function discover(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const configuration = discovered.parse(await readJson(url));
  // Without this check, whoever serves one issuer's configuration could speak for another.
  if (configuration.issuer !== issuer) {
    throw new Error(`${url} is the configuration of another issuer: ${configuration.issuer}`);
  }
  return configuration.jwks_uri;
}

async function readJson(url: string): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: "application/json" },
    redirect: "error",
    signal: AbortSignal.timeout(timeout),
  });
  if (response.status !== 200) throw new Error(`status ${response.status} from ${url}`);
  const text = await response.text();
  if (text.length > maxAnswer) throw new Error(`an answer that is too long from ${url}`);
  return JSON.parse(text);
}
