import { buildSchema } from "graphql";
import type { Clock } from "../runtime/clock.ts";
import { ConfigError } from "../runtime/env.ts";
import type { GatewayConfig } from "./config.ts";
import { createPlanner } from "./create-planner.ts";
import {
  type CompiledEngine,
  type CompiledEngineOptions,
  createCompiledEngine,
} from "./execute/compiled-engine.ts";
import { createLinkOperation } from "./execute/link-operation.ts";
import { createReportCost } from "./execute/report-cost.ts";
import { checkText } from "./limits/check-text.ts";
import { createCostLimit } from "./limits/cost.ts";
import type { ClientView } from "./plan/client-view.ts";
import type { OperationSource } from "./plan/compile.ts";
import { createLabelsOf } from "./plan/override-labels.ts";
import type { TrustedDocument } from "./plan/persisted-query-manifest.ts";
import type { Planner, PlannerWatch } from "./plan/planner.ts";
import { refuseUnknownPolicies } from "./plan/refuse-undecided.ts";
import { createOperationStore } from "./plan/store/operation-store.ts";
import { type Supergraph, urlsOfSubgraphs } from "./plan/supergraph.ts";
import type { CostsWatch } from "./telemetry/watch-costs.ts";
import type { WatchStore } from "./telemetry/watch-stores.ts";

/** Operations that a new supergraph's engine knows from the one before, and milliseconds that learning them may take. */
const warmUp = { operations: 1_000, milliseconds: 10_000 };

interface Surroundings
  extends Pick<
    CompiledEngineOptions,
    | "answers"
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
 * was used most of the engine before has been compiled. When it cannot be had, no planner is left.
 * @throws ConfigError when the supergraph cannot be served
 */
export async function startCompiledEngine(
  supergraph: Supergraph,
  before: CompiledEngine | undefined,
  { watch, ...surroundings }: Surroundings,
): Promise<CompiledEngine> {
  const planner = createPlanner(supergraph.sdl, surroundings.config, watch);
  try {
    const view = await startPlanner(planner);
    return await createWarmEngine(supergraph, before, { ...surroundings, planner, view });
  } catch (error) {
    await planner.stop();
    throw error;
  }
}

async function startPlanner(planner: Planner): Promise<ClientView> {
  try {
    return await planner.start();
  } catch (error) {
    throw new ConfigError(`The supergraph cannot be loaded: ${(error as Error).message}`);
  }
}

type WithPlanner = Omit<Surroundings, "watch"> & {
  readonly planner: Planner;
  readonly view: ClientView;
};

async function createWarmEngine(
  supergraph: Supergraph,
  before: CompiledEngine | undefined,
  {
    clock,
    config,
    planner,
    policies,
    trusted,
    view,
    watchCosts,
    watchStore,
    ...surroundings
  }: WithPlanner,
): Promise<CompiledEngine> {
  const { limits } = config;
  refuseUnknownPolicies(view.requirements, policies.names);
  const schema = buildSchema(view.apiSdl, { noLocation: true, assumeValid: true });
  const store = createOperationStore({
    schemaId: supergraph.id,
    planner,
    link: createLinkOperation(schema, createCostLimit(config.cost, watchCosts)),
    refuse: (document) => checkText(document, limits),
    bytes: config.storeBytes,
    clock,
  });
  const labelsOf = createLabelsOf(supergraph.sdl);
  const asBefore = before?.mostUsed(warmUp.operations) ?? [];
  await store.warm([...asBefore, ...trusted().map(sourceOf)], warmUp.milliseconds);
  const endWatch = watchStore(store);
  return createCompiledEngine({
    ...surroundings,
    store,
    labelsOf,
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

/** As a client asks that sends the name of its operation. */
function sourceOf({ body, name }: TrustedDocument): OperationSource {
  return { document: body, operationName: name || undefined, labels: [], denied: [] };
}
