import type { JWK } from "jose";
import { z } from "zod";
import { type Env, numbers, wholeNumber } from "../../runtime/env.ts";
import { readSubgraphConfig, type SubgraphConfig } from "../kit/subgraph-config.ts";
import { type AttemptLimits, usualAttemptLimits } from "./model/password-attempts.ts";
import { usualSignUpLimit } from "./model/sign-ups.ts";
import { parsePublishedKeys, parseTokenKey, type TokenKey } from "./model/token-key.ts";

export interface UsersConfig extends SubgraphConfig {
  readonly tokenKey: TokenKey;
  /** Public keys beside it, so that keys can be replaced while tokens of both are good. */
  readonly publishedKeys: readonly JWK[];
  readonly tokenIssuer: string;
  readonly tokenAudience: string;
  readonly attemptLimits: AttemptLimits;
  /** Accounts that one address may open in an hour. */
  readonly signUpLimit: number;
  /** Processes like this one, which divide the limits when they cannot count together. */
  readonly replicas: number;
  /** Where todos takes events; without it they wait. */
  readonly todosEventsUrl: string | undefined;
}

const variables = {
  TOKEN_SIGNING_KEY: z
    .string({ error: "must be set to a private JWK" })
    .transform((json, context) => {
      const key = parseTokenKey(json);
      if (key !== undefined) return key;
      context.addIssue(
        "must be an Ed25519 (alg EdDSA) or P-256 (alg ES256) private JWK as JSON, with a kid",
      );
      return z.NEVER;
    }),
  TOKEN_PUBLISHED_KEYS: z
    .string()
    .default("[]")
    .transform((json, context) => {
      const keys = parsePublishedKeys(json);
      if (keys !== undefined) return keys;
      context.addIssue(
        "must be a JSON list of at most ten Ed25519 (alg EdDSA) or P-256 (alg ES256) JWKs, each with a kid",
      );
      return z.NEVER;
    }),
  TOKEN_ISSUER: z.string().default("urn:todo-supergraph:users"),
  TOKEN_AUDIENCE: z.string().default("urn:todo-supergraph"),
  SIGN_IN_LIMITS: numbers("limits such as attempts=5", { ...usualAttemptLimits }),
  SIGN_UP_LIMIT: wholeNumber("accounts in an hour", 1, 1_000_000_000, usualSignUpLimit),
  USERS_REPLICAS: wholeNumber("processes", 1, 10_000, 1),
  TODOS_EVENTS_URL: z
    .url({
      protocol: /^https?$/,
      error: "must be an http or https URL, such as http://host:4002/events",
    })
    .optional(),
};

/** @throws ConfigError */
export function envToConfig(env: Env): UsersConfig {
  const { config, own } = readSubgraphConfig(
    { prefix: "USERS", defaultPort: 4001, own: variables },
    env,
  );
  return {
    ...config,
    tokenKey: own.TOKEN_SIGNING_KEY,
    publishedKeys: own.TOKEN_PUBLISHED_KEYS,
    tokenIssuer: own.TOKEN_ISSUER,
    tokenAudience: own.TOKEN_AUDIENCE,
    attemptLimits: own.SIGN_IN_LIMITS,
    signUpLimit: own.SIGN_UP_LIMIT,
    replicas: own.USERS_REPLICAS,
    todosEventsUrl: own.TODOS_EVENTS_URL,
  };
}
