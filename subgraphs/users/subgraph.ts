import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { type Clock, systemClock } from "../../runtime/clock.ts";
import { createLifecycle, type Part } from "../../runtime/lifecycle.ts";
import type { Log } from "../../runtime/log.ts";
import { projectRoot } from "../../runtime/project-root.ts";
import { createRedis } from "../../runtime/redis.ts";
import { createRedisOutage } from "../../runtime/redis-outage.ts";
import { dropTarget } from "../kit/cache/drop-outbox.ts";
import { createEntityCache } from "../kit/cache/entity-cache.ts";
import { createDatabase, type Statement } from "../kit/database.ts";
import { createOutboxMetrics } from "../kit/outbox-metrics.ts";
import { createOutboxRelay, type Deliver } from "../kit/outbox-relay.ts";
import { createOutboxStore } from "../kit/outbox-store.ts";
import { createPositions } from "../kit/positions.ts";
import { createEventSender } from "../kit/send-event.ts";
import { createSubgraphServer } from "../kit/subgraph-server.ts";
import { createSweeper } from "../kit/sweeper.ts";
import type { UsersConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { type AccessTokens, createAccessTokens } from "./model/access-tokens.ts";
import { createAccounts } from "./model/accounts.ts";
import { createPasswordAttempts } from "./model/password-attempts.ts";
import { createPasswords } from "./model/passwords.ts";
import { createProfiles } from "./model/profiles.ts";
import { createRefreshTokens } from "./model/refresh-tokens.ts";
import { createSessions } from "./model/sessions.ts";
import { createSignUps } from "./model/sign-ups.ts";
import { withAccount } from "./model/signed-in.ts";
import { resolvers } from "./resolvers.ts";
import { createAccountStore, eventTargets } from "./store/account-store.ts";
import { cacheUsers } from "./store/cached-users.ts";
import { createPrismaClient } from "./store/prisma-client.ts";
import { createSessionStore } from "./store/session-store.ts";
import { createUserStore } from "./store/user-store.ts";

const hour = 60 * 60 * 1000;
/** Milliseconds that a command of Redis may take. */
const redisPatience = 20;
/** Sessions in one statement, each with up to some thousand tokens, and milliseconds to the next when there are more. */
const sweeps = { most: 200, pause: 1_000 };

export interface UsersSurroundings {
  readonly log: Log;
  readonly clock?: Clock;
  /** Hears of every SQL statement. */
  readonly onStatement?: (statement: Statement) => void;
  /** Milliseconds between sweeps of sessions; an hour unless said otherwise. */
  readonly sweepEvery?: number;
}

/** Accounts, profiles and sessions behind HTTP: `/graphql` for the gateway, `/.well-known/jwks.json` for everyone. */
export interface UsersSubgraph extends Part {
  /** Where it listens, without a trailing slash; only once it is started. */
  url(): string;
}

export function createUsersSubgraph(
  config: UsersConfig,
  { log, clock = systemClock, onStatement, sweepEvery: every = hour }: UsersSurroundings,
): UsersSubgraph {
  const database = createDatabase({
    ...config.database,
    log,
    ...(onStatement && { onStatement }),
  });
  const prisma = createPrismaClient(database);
  const { redisUrl } = config;
  const outage = createRedisOutage(log);
  const cache = createEntityCache({ service: "users", redisUrl, database, log, outage });
  const userStore = createUserStore(database);
  const users = config.cache === "on" ? cacheUsers(userStore, cache) : userStore;
  const sessionStore = createSessionStore(database, prisma);

  const outboxStore = createOutboxStore(database);
  const outboxMetrics = createOutboxMetrics(outboxStore, [...eventTargets, dropTarget]);
  const outbox = createOutboxRelay({
    store: outboxStore,
    targets: targetsOf(config, clock),
    log,
    attempted: outboxMetrics.attempted,
  });

  const redis =
    redisUrl === undefined
      ? undefined
      : createRedis({ url: redisUrl, name: "users", log, outage, commandTimeout: redisPatience });
  const passwords = createPasswords();
  const { replicas } = config;
  const attempts = createPasswordAttempts(config.attemptLimits, { redis, replicas });
  const signUps = createSignUps(config.signUpLimit, { redis, replicas });
  const accessTokens = createAccessTokens({
    key: config.tokenKey,
    published: config.publishedKeys,
    issuer: config.tokenIssuer,
    audience: config.tokenAudience,
    clock,
  });
  const refreshTokens = createRefreshTokens(config.signingKey);
  const sessions = createSessions({
    store: sessionStore,
    accounts: createAccountStore(prisma, cache),
    accessTokens,
    refreshTokens,
    passwords,
    attempts,
    clock,
  });
  const { sweep } = sessions;
  const sweeper = createSweeper({ ...sweeps, name: "session sweeper", sweep, every, log });
  const accountParts = { sessions, passwords, attempts, signUps, clock, outbox };

  const server = createSubgraphServer<Context>({
    host: config.host,
    port: config.port,
    development: config.development,
    signingKey: config.signingKey,
    redisUrl,
    clock,
    calls: database.calls,
    log,
    outage,
    typeDefs: readFileSync(join(projectRoot(), "subgraphs/users/schema.graphql"), "utf8"),
    resolvers,
    createContext: (signed, address) => {
      const viewer = withAccount(signed);
      const writes = cache.together();
      return {
        viewer,
        caller: { address },
        accounts: createAccounts({ ...accountParts, store: createAccountStore(prisma, writes) }),
        sessions,
        profiles: createProfiles(users, viewer, createPositions()),
        writes,
      };
    },
    settled: ({ writes }) => writes.settled(),
    heard: () => cache.heard(config.cache),
    routes: (app) => serveKeySet(app, accessTokens),
  });
  outboxMetrics.appearAt(server.metrics);
  cache.appearAt(server.metrics);
  const parts = [database, ...(redis ? [redis] : []), passwords, cache, outbox, sweeper, server];
  const lifecycle = createLifecycle("users", parts, log);
  return { ...lifecycle, url: () => server.url() };
}

function targetsOf(config: UsersConfig, clock: Clock): Readonly<Record<string, Deliver>> {
  const { signingKey, todosEventsUrl: url } = config;
  return url === undefined ? {} : { todos: createEventSender({ url, signingKey, clock }) };
}

/** Seconds for which a verifier may keep the keys. */
const keySetAge = 300;

function serveKeySet(app: FastifyInstance, { keySet }: AccessTokens): void {
  app.get("/.well-known/jwks.json", (_request, reply) =>
    reply.header("cache-control", `public, max-age=${keySetAge}`).send(keySet),
  );
}
