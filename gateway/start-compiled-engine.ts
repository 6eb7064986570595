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
import { checkDocument } from "./limits/check-document.ts";
import { checkText } from "./limits/check-text.ts";
import { createCompiler } from "./plan/compile.ts";
import { loadApiSchema } from "./plan/load-supergraph.ts";
import { createOperationStore } from "./plan/operation-store.ts";
import { createLabelsOf } from "./plan/override-labels.ts";
import type { Planner, PlannerWatch } from "./plan/planner.ts";
import { createPlannerInProcess } from "./plan/planner-in-process.ts";
import { createPlannerProcess } from "./plan/planner-process.ts";
import { refuseUnenforced } from "./plan/refuse-unenforced.ts";
import { type Supergraph, urlsOfSubgraphs } from "./plan/supergraph.ts";
import type { PlannerRules } from "./planner-main.ts";

/** Operations that a new supergraph's engine knows from the one before, and milliseconds that learning them may take. */
const warmUp = { operations: 1_000, milliseconds: 10_000 };

interface Surroundings
  extends Pick<
    CompiledEngineOptions,
    | "callContext"
    | "formatError"
    | "persistedDocuments"
    | "readQuestion"
    | "refuseByMethod"
    | "send"
  > {
  readonly config: GatewayConfig;
  readonly watch: PlannerWatch;
  readonly clock: Clock;
}

/**
 * Starts an engine for one supergraph: its planner, its operations, and what runs them. It is warm when it is there: what
 * was used most of the engine before has been compiled.
 * @throws ConfigError when the supergraph cannot be served
 */
export async function startCompiledEngine(
  supergraph: Supergraph,
  before: CompiledEngine | undefined,
  { clock, config, watch, ...surroundings }: Surroundings,
): Promise<CompiledEngine> {
  const { limits } = config;
  if (!config.allowUnenforced) refuseUnenforced(supergraph.sdl);
  const planner = createPlanner(supergraph.sdl, config, watch);
  try {
    await planner.start();
  } catch (error) {
    await planner.stop();
    throw new ConfigError(`The supergraph cannot be loaded: ${(error as Error).message}`);
  }
  const store = createOperationStore({
    schemaId: supergraph.id,
    planner,
    link: createLinkOperation(loadApiSchema(supergraph.sdl)),
    refuse: (document) => checkText(document, limits),
    bytes: config.storeBytes,
    clock,
  });
  if (before !== undefined)
    await store.warm(before.mostUsed(warmUp.operations), warmUp.milliseconds);
  return createCompiledEngine({
    ...surroundings,
    store,
    labelsOf: createLabelsOf(supergraph.sdl),
    urls: urlsOfSubgraphs(supergraph),
    shareWork: config.shareWork,
    stop: planner.stop,
  });
}

function createPlanner(
  supergraphSdl: string,
  { development, limits, planner }: GatewayConfig,
  watch: PlannerWatch,
): Planner {
  const compilerOptions: PlannerRules = { introspection: development, limits };
  if (planner.place === "process") {
    const entry = join(projectRoot(), "dist", "gateway", "planner-main.js");
    return createPlannerProcess({ ...planner, entry, supergraphSdl, compilerOptions, watch });
  }
  return createPlannerInProcess(
    () =>
      createCompiler(supergraphSdl, {
        introspection: development,
        refuse: (document) => checkDocument(document, limits),
      }),
    watch,
  );
}
