import { z } from "zod";
import type { Env } from "../../runtime/env.ts";
import { readSubgraphConfig, type SubgraphConfig } from "../kit/subgraph-config.ts";
import { parseTokenKey, type TokenKey } from "./model/token-key.ts";

export interface UsersConfig extends SubgraphConfig {
  readonly tokenKey: TokenKey;
  readonly tokenIssuer: string;
  readonly tokenAudience: string;
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
  TOKEN_ISSUER: z.string().default("urn:todo-supergraph:users"),
  TOKEN_AUDIENCE: z.string().default("urn:todo-supergraph"),
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
    tokenIssuer: own.TOKEN_ISSUER,
    tokenAudience: own.TOKEN_AUDIENCE,
    todosEventsUrl: own.TODOS_EVENTS_URL,
  };
}
