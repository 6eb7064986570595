import { join } from "node:path";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { createHttpServer } from "../runtime/http-server.ts";
import { createLifecycle, type Lifecycle } from "../runtime/lifecycle.ts";
import type { Log } from "../runtime/log.ts";
import { projectRoot } from "../runtime/project-root.ts";
import { createRateLimiter } from "../runtime/rates.ts";
import { createRedis } from "../runtime/redis.ts";
import { createRedisOutage } from "../runtime/redis-outage.ts";
import { createAnswers } from "./answers/answers.ts";
import { createPolicies } from "./auth/create-policies.ts";
import { createFindDenied } from "./auth/find-denied.ts";
import { identifyViewer } from "./auth/identify-viewer.ts";
import { createTokenVerifier } from "./auth/token-verifier.ts";
import type { GatewayConfig } from "./config.ts";
import { createDocuments } from "./create-documents.ts";
import { askTrusted } from "./execute/ask-trusted.ts";
import type { CompiledEngine } from "./execute/compiled-engine.ts";
import { createCurrentEngine } from "./execute/current-engine.ts";
import { createAddressReader } from "./http/client-address.ts";
import { openDoor } from "./http/door.ts";
import { createFormatError, createRefusal } from "./http/errors-out.ts";
import { openExplorer } from "./http/open-explorer.ts";
import { openSubgraphs } from "./http/open-subgraphs.ts";
import { readQuestion, refuseByMethod } from "./http/read-question.ts";
import { refuseForgery } from "./http/refuse-forgery.ts";
import { limitRate } from "./limits/limit-rate.ts";
import { takeAhead } from "./limits/take-ahead.ts";
import { createLastGood } from "./plan/last-good.ts";
import { refuseUndecided } from "./plan/refuse-undecided.ts";
import { urlsOfSubgraphs } from "./plan/supergraph.ts";
import { createSupergraphSource } from "./plan/supergraph-source.ts";
import { type Handle, inOrder } from "./request.ts";
import { startCompiledEngine } from "./start-compiled-engine.ts";
import { createTelemetry } from "./telemetry/telemetry.ts";
import { createBackDoor } from "./upstream/back-door.ts";
import { createCallContexts } from "./upstream/call-context.ts";
import { fetchSdl } from "./upstream/fetch-sdl.ts";
import { createPassThrough } from "./upstream/pass-through.ts";
import { createWire } from "./upstream/send-by-http.ts";
import { createSignCall } from "./upstream/sign-call.ts";
import { createSubgraphDataSource } from "./upstream/subgraph-data-source.ts";

/** Bytes of a request body at most. */
const bodyLimit = 2 * 1024 * 1024;
/** Milliseconds that a request waits for Redis at most. */
const redisPatience = 20;

export interface Gateway extends Lifecycle {
  /** Without a trailing slash; only once it is started. */
  url(): string;
}

export interface GatewaySurroundings {
  readonly log: Log;
  readonly clock?: Clock;
}

/** The front of a graph: one endpoint before the subgraphs of any Federation 2 supergraph. */
export function createGateway(
  config: GatewayConfig,
  { clock = systemClock, log }: GatewaySurroundings,
): Gateway {
  const { development, host, port, tokens } = config;
  const http = createHttpServer({ host, port, log, bodyLimit, ready: () => engine.ready() });
  const telemetry = createTelemetry(http.metrics, log);

  const { redisUrl: url } = config;
  const outage = createRedisOutage(log);
  const redis =
    url === undefined
      ? undefined
      : createRedis({ url, name: "gateway", log, outage, commandTimeout: redisPatience });

  // The back door: what every call of a subgraph meets is listed in upstream/back-door.ts.
  const { signingKey, subgraphs } = config;
  const { timeouts } = subgraphs;
  const sign = signingKey === undefined ? undefined : createSignCall(signingKey, clock);
  const wire = createWire({ ...subgraphs, connectTimeout: timeouts.usual, sign });
  const callContext = createCallContexts(config);
  const send = createBackDoor({
    wire: wire.send,
    timeouts,
    repeatedEntities: config.engine === "apollo",
    callEnded: telemetry.subgraphCalled,
    errorMasked: telemetry.subgraphErrorMasked,
  });

  // What was answered before. It hears of itself what subgraphs drop.
  const answers =
    config.engine === "compiled" && config.answers
      ? createAnswers({
          ...config.answers,
          redisUrl: url,
          watch: telemetry.answers,
          log,
          outage,
        })
      : undefined;
  if (answers) telemetry.answers.watch(answers);

  // What to run operations with. Each supergraph gets an engine of its own; requests end in the one they began in.
  // What clients have persisted outlives it all.
  const formatError = createFormatError(development);
  const persistedDocuments = createDocuments(config, redis, telemetry.documents);
  const { trust, trusted } = persistedDocuments;
  const policies = createPolicies(config.policies);
  const forAll = { callContext, formatError, persistedDocuments };
  const engine =
    config.engine === "compiled"
      ? createCurrentEngine<CompiledEngine>(
          (supergraph, before) =>
            startCompiledEngine(supergraph, before, {
              ...forAll,
              answers: answers?.forEngine(),
              clock,
              config,
              trusted,
              findDenied: createFindDenied(policies, telemetry.policiesFailed),
              policies,
              readQuestion,
              refuseByMethod,
              send,
              watch: telemetry.planner,
              watchStore: telemetry.watchStore,
              watchCosts: telemetry.costs,
            }),
          telemetry.enginesBusy,
        )
      : createCurrentEngine(async (supergraph) => {
          // Loaded where it is wanted: the compiled engine needs nothing of it.
          const { createApolloEngine } = await import("./execute/apollo-engine.ts");
          return createApolloEngine(supergraph, {
            ...forAll,
            allowUnenforced: config.allowUnenforced,
            development,
            log,
            unexpected: telemetry.unexpectedError,
            dataSource: (subgraph, url) => createSubgraphDataSource(subgraph, url, send),
          });
        }, telemetry.enginesBusy);

  // What to ask whom.
  let subgraphUrls: ReadonlyMap<string, string> = new Map();
  const supergraph = createSupergraphSource({
    ...config.supergraph,
    lastGood: createLastGood(config.dataDir, config.supergraph.path),
    fetchSdl: (subgraph, url) => fetchSdl(send, subgraph, url),
    async publish(next, origin) {
      if (!config.allowUnenforced) refuseUndecided(next.sdl);
      await engine.use(next);
      if (development) subgraphUrls = urlsOfSubgraphs(next);
      telemetry.supergraphLoaded(next, origin);
    },
    failed: telemetry.supergraphFailed,
  });

  const verifyToken =
    tokens &&
    createTokenVerifier({
      ...tokens,
      clock,
      verified: telemetry.tokenVerified,
      keysFailed: telemetry.keysFailed,
    });

  const { rate, replicas } = config;
  const limiter =
    rate &&
    createRateLimiter({ name: "gateway", ...rate }, { redis, replicas, withoutRedis: "pass" });

  const cors = { origins: config.corsOrigins, privateNetwork: development };
  const refuse = createRefusal(formatError, telemetry.unexpectedError);
  const steps = [
    // Whether a foreign page may have sent it. Before who: such a page learns nothing, not even of tokens.
    refuseForgery(config.corsOrigins),
    // Who. Before the document is parsed: a bad token costs no planning, and its error is the only one.
    identifyViewer(verifyToken),
    // How often. After who: a viewer has their points wherever they are.
    ...(limiter ? [limitRate(takeAhead(limiter))] : []),
  ];

  // What a request meets, in order. The door is first and last: it reads the body, gives the request its id, and counts
  // every answer, its own refusals (too large, not JSON) included. The engine parses, validates, plans, looks for
  // what was answered before, executes through the back door, shapes and masks; it is not ready while there is no supergraph.
  openDoor(http, {
    addressOf: createAddressReader(config.trustedProxies),
    answered: telemetry.requestAnswered,
    cors,
    varying: config.forwardHeaders,
    refuse,
    handle: inOrder(
      // The stock engine looks documents up by itself, and knows of no trust.
      trust && config.engine === "apollo" ? [...steps, askTrusted(trust, readQuestion)] : steps,
      engine.answer,
    ),
  });

  // For authors: one subgraph alone. What it meets is the same, up to the engine.
  if (development) {
    const passTo = createPassThrough(send, callContext, (subgraph) => subgraphUrls.get(subgraph));
    const handle = (subgraph: string): Handle => inOrder(steps, passTo(subgraph));
    openSubgraphs(http.app, { cors, refuse, handle });
  }

  // Pages for developers. A browser that asks for `/graphql` as a page gets one; every other request passes them by.
  if (development) openExplorer(http.app, join(projectRoot(), "dist", "explorer"));

  // Started in this order and stopped in reverse: the server goes first, and has answered all when the engine stops.
  const parts = [
    wire,
    ...(redis ? [redis] : []),
    ...(answers ? [answers] : []),
    policies,
    ...persistedDocuments.parts,
    engine,
    supergraph,
    http,
  ];
  return { ...createLifecycle("gateway", parts, log), url: () => http.url() };
}
