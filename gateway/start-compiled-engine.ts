import { join } from "node:path";
import type { Clock } from "../runtime/clock.ts";
import { ConfigError } from "../runtime/env.ts";
import { projectRoot } from "../runtime/project-root.ts";
import type { GatewayConfig } from "./config.ts";
import {
  type CompiledEngine,
  type CompiledEngineOptions,
  createCompiledEngine,
} from "./execute/compiled-engine.ts";
import { createLinkOperation } from "./execute/link-operation.ts";
import { createReportCost } from "./execute/report-cost.ts";
import { checkDocument } from "./limits/check-document.ts";
import { checkText } from "./limits/check-text.ts";
import { createCostLimit } from "./limits/cost.ts";
import { createCompiler, type OperationSource } from "./plan/compile.ts";
import { loadClientView } from "./plan/load-supergraph.ts";
import { createOperationStore } from "./plan/operation-store.ts";
import { createLabelsOf } from "./plan/override-labels.ts";
import type { TrustedDocument } from "./plan/persisted-query-manifest.ts";
import type { Planner, PlannerWatch } from "./plan/planner.ts";
import { createPlannerInProcess } from "./plan/planner-in-process.ts";
import { createPlannerProcess } from "./plan/planner-process.ts";
import { refuseUnknownPolicies } from "./plan/refuse-undecided.ts";
import { type Supergraph, urlsOfSubgraphs } from "./plan/supergraph.ts";
import type { PlannerRules } from "./planner-main.ts";
import type { CostsWatch } from "./telemetry/watch-costs.ts";
import type { WatchStore } from "./telemetry/watch-stores.ts";

/** Operations that a new supergraph's engine knows from the one before, and milliseconds that learning them may take. */
const warmUp = { operations: 1_000, milliseconds: 10_000 };

interface Surroundings
  extends Pick<
    CompiledEngineOptions,
    | "callContext"
    | "findDenied"
    | "formatError"
    | "persistedDocuments"
    | "readQuestion"
    | "refuseByMethod"
    | "send"
  > {
  readonly config: GatewayConfig;
  readonly policies: { readonly names: readonly string[] };
  readonly watch: PlannerWatch;
  readonly watchStore: WatchStore;
  readonly watchCosts: CostsWatch;
  readonly clock: Clock;
  /** Documents to be compiled before they are asked for. */
  readonly trusted: () => readonly TrustedDocument[];
}

/**
 * Starts an engine for one supergraph: its planner, its operations, and what runs them. It is warm when it is there: what
 * was used most of the engine before has been compiled.
 * @throws ConfigError when the supergraph cannot be served
 */
export async function startCompiledEngine(
  supergraph: Supergraph,
  before: CompiledEngine | undefined,
  {
    clock,
    config,
    policies,
    watch,
    watchCosts,
    trusted,
    watchStore,
    ...surroundings
  }: Surroundings,
): Promise<CompiledEngine> {
  const { limits } = config;
  const planner = createPlanner(supergraph.sdl, config, watch);
  try {
    await planner.start();
  } catch (error) {
    await planner.stop();
    throw new ConfigError(`The supergraph cannot be loaded: ${(error as Error).message}`);
  }
  const { apiSchema, requirements } = loadClientView(supergraph.sdl);
  try {
    refuseUnknownPolicies(requirements, policies.names);
  } catch (error) {
    await planner.stop();
    throw error;
  }
  const store = createOperationStore({
    schemaId: supergraph.id,
    planner,
    link: createLinkOperation(apiSchema, createCostLimit(config.cost, watchCosts)),
    refuse: (document) => checkText(document, limits),
    bytes: config.storeBytes,
    clock,
  });
  const endWatch = watchStore(store);
  const asBefore = before?.mostUsed(warmUp.operations) ?? [];
  await store.warm([...asBefore, ...trusted().map(sourceOf)], warmUp.milliseconds);
  return createCompiledEngine({
    ...surroundings,
    store,
    labelsOf: createLabelsOf(supergraph.sdl),
    urls: urlsOfSubgraphs(supergraph),
    shareWork: config.shareWork,
    showPlans: config.development,
    reportCost:
      config.cost.mode === "off"
        ? undefined
        : createReportCost(config.cost.maximum, watchCosts.counted),
    stop() {
      endWatch();
      return planner.stop();
    },
  });
}

function createPlanner(
  supergraphSdl: string,
  { cost: { listSize }, development, limits, planner }: GatewayConfig,
  watch: PlannerWatch,
): Planner {
  const compilerOptions: PlannerRules = { introspection: development, limits, listSize };
  if (planner.place === "process") {
    const entry = join(projectRoot(), "dist", "gateway", "planner-main.js");
    return createPlannerProcess({ ...planner, entry, supergraphSdl, compilerOptions, watch });
  }
  return createPlannerInProcess(
    () =>
      createCompiler(supergraphSdl, {
        introspection: development,
        listSize,
        refuse: (document) => checkDocument(document, limits),
      }),
    watch,
  );
}

/** As a client asks that sends the name of its operation. */
function sourceOf({ body, name }: TrustedDocument): OperationSource {
  return { document: body, operationName: name || undefined, labels: [], denied: [] };
}
