import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Log } from "../../runtime/log.ts";
import type { AnsweredRequest } from "../http/door.ts";
import type { PlannerWatch } from "../plan/planner.ts";
import type { Supergraph } from "../plan/supergraph.ts";
import type { MaskedError } from "../upstream/with-clean-errors.ts";
import type { MeasuredCall } from "../upstream/with-measure.ts";
import { type WatchAnswers, watchAnswers } from "./watch-answers.ts";
import { type CostsWatch, watchCosts } from "./watch-costs.ts";
import { type DocumentsWatch, watchDocuments } from "./watch-documents.ts";
import { watchPlanner } from "./watch-planner.ts";
import { type WatchStore, watchStores } from "./watch-stores.ts";

/** One function for each thing worth counting: what is counted and what is logged of it stand together. */
export interface Telemetry {
  requestAnswered(request: AnsweredRequest): void;
  unexpectedError(error: unknown, requestId: string): void;
  subgraphCalled(call: MeasuredCall): void;
  subgraphErrorMasked(error: MaskedError): void;
  tokenVerified(outcome: string): void;
  keysFailed(error: unknown): void;
  policiesFailed(error: unknown): void;
  supergraphLoaded(supergraph: Supergraph, origin: string): void;
  supergraphFailed(reason: string): void;
  enginesBusy(engines: number): void;
  readonly answers: WatchAnswers;
  readonly planner: PlannerWatch;
  readonly costs: CostsWatch;
  readonly documents: DocumentsWatch;
  readonly watchStore: WatchStore;
}

/** Seconds: a warm small query takes a few milliseconds, a deadline a few seconds. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createTelemetry(registry: Registry, log: Log): Telemetry {
  const registers = [registry];
  const requests = new Counter({
    name: "gateway_requests_total",
    help: "Requests to /graphql by HTTP status and type of operation",
    labelNames: ["status", "operation"],
    registers,
  });
  const requestSeconds = new Histogram({
    name: "gateway_request_duration_seconds",
    help: "Time from the first byte of a request's head to the last of its answer",
    labelNames: ["operation"],
    buckets,
    registers,
  });
  const calls = new Counter({
    name: "gateway_subgraph_calls_total",
    help: "Calls of subgraphs by how they ended: ok, errors (of the subgraph's own), or a code",
    labelNames: ["subgraph", "outcome"],
    registers,
  });
  const callSeconds = new Histogram({
    name: "gateway_subgraph_call_duration_seconds",
    help: "Time that calls of subgraphs took, failed ones included",
    labelNames: ["subgraph"],
    buckets,
    registers,
  });
  const policyFailures = new Counter({
    name: "gateway_policy_failures_total",
    help: "Requests whose policies could not be decided, so that nobody met them",
    registers,
  });
  const tokens = new Counter({
    name: "gateway_token_verifications_total",
    help: "Signatures of access tokens that were checked; a token known already is not checked again",
    labelNames: ["outcome"],
    registers,
  });
  const loads = new Counter({
    name: "gateway_supergraph_loads_total",
    help: "Attempts to serve a supergraph",
    labelNames: ["outcome"],
    registers,
  });
  const served = new Gauge({
    name: "gateway_supergraph_info",
    help: "1 for the supergraph that is being served",
    labelNames: ["id"],
    registers,
  });
  const engines = new Gauge({
    name: "gateway_engines",
    help: "Supergraphs that requests run in: the one that is being served, and earlier ones that still have requests",
    registers,
  });

  return {
    requestAnswered({ id, milliseconds, operation, status }) {
      const type = operation?.type ?? "none";
      requests.inc({ status, operation: type });
      requestSeconds.observe({ operation: type }, milliseconds / 1000);
      log.debug({ request: id, status, operation, milliseconds }, "answered");
    },
    unexpectedError(error, requestId) {
      log.error({ err: error, request: requestId }, "an unexpected error");
    },
    subgraphCalled({ fault, milliseconds, outcome, requestId, subgraph }) {
      calls.inc({ subgraph, outcome });
      callSeconds.observe({ subgraph }, milliseconds / 1000);
      // Whoever leaves is no fault of a subgraph.
      if (fault === undefined || outcome === "CLIENT_CLOSED_REQUEST") return;
      log.warn({ err: fault, subgraph, outcome, request: requestId }, "a subgraph call failed");
    },
    subgraphErrorMasked({ error, requestId, subgraph }) {
      log.warn(
        { subgraph, request: requestId, relayed: error },
        "a subgraph reports a fault of its own",
      );
    },
    tokenVerified(outcome) {
      tokens.inc({ outcome });
    },
    keysFailed(error) {
      log.warn({ err: error }, "the keys of the token issuer cannot be read");
    },
    policiesFailed(error) {
      policyFailures.inc();
      log.error({ err: error }, "policies could not be decided, and nobody meets them");
    },
    supergraphLoaded({ id }, origin) {
      loads.inc({ outcome: "ok" });
      served.reset();
      served.set({ id }, 1);
      log.info({ supergraph: id, origin }, "serving a supergraph");
    },
    supergraphFailed(reason) {
      loads.inc({ outcome: "failed" });
      log.error({ reason }, "a supergraph cannot be served; what was served before still is");
    },
    enginesBusy(count) {
      engines.set(count);
    },
    answers: watchAnswers(registry),
    planner: watchPlanner(registry, log),
    costs: watchCosts(registry, log),
    documents: watchDocuments(registry, log),
    watchStore: watchStores(registry),
  };
}
