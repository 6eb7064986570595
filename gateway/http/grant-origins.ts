import cors from "@fastify/cors";
import type { FastifyInstance } from "fastify";

export interface GrantedOrigins {
  /** `https://app.example.com`: scheme, host and port. */
  readonly origins: readonly string[];
  /** Whether a public page may reach this server in a private network, as hosted Sandbox does on a developer's machine. */
  readonly privateNetwork: boolean;
}

/** Seconds that a browser may remember a preflight's answer; browsers cap it themselves. */
const preflightAge = 86_400;

/** Headers of answers that a page may read. */
const exposed = [
  ...["x-request-id", "www-authenticate"],
  ...["ratelimit", "ratelimit-policy", "retry-after"],
];

/** For answers outside Fastify's routes: names and values in turn, of the headers that an origin is granted. */
export function createGrants({
  origins,
}: GrantedOrigins): (origin: string | undefined) => readonly string[] {
  const granted = new Set(origins);
  return (origin) => {
    if (origin === undefined || granted.size === 0) return [];
    if (!granted.has(origin)) return ["vary", "Origin"];
    return [
      ...["vary", "Origin", "access-control-allow-origin", origin],
      ...["access-control-expose-headers", exposed.join(", ")],
    ];
  };
}

/**
 * Lets pages of these origins read the answers of the routes in this room. Nothing is granted to any other, `null`
 * included, and nobody may send cookies: tokens travel in `Authorization` only.
 */
export function grantOrigins(
  room: FastifyInstance,
  { origins, privateNetwork }: GrantedOrigins,
): void {
  if (origins.length === 0) return;
  const granted = new Set(origins);
  if (privateNetwork) {
    room.addHook("onRequest", async ({ headers, method }, reply) => {
      if (method !== "OPTIONS" || !granted.has(headers.origin ?? "")) return;
      if (headers["access-control-request-private-network"] === "true")
        reply.header("access-control-allow-private-network", "true");
    });
  }
  room.register(cors, {
    origin: (origin, decide) => {
      decide(null, origin !== undefined && granted.has(origin) ? origin : false);
    },
    methods: ["GET", "POST"],
    exposedHeaders: exposed,
    maxAge: preflightAge,
    credentials: false,
  });
}
