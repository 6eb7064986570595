import { join } from "node:path";
import { projectRoot } from "../runtime/project-root.ts";
import type { GatewayConfig } from "./config.ts";
import type { CompilerRules } from "./limited-compiler.ts";
import type { Planner, PlannerWatch } from "./plan/planner.ts";
import { createPlannerInProcess } from "./plan/planner-in-process.ts";
import { createPlannerProcess } from "./plan/planner-process.ts";

/** The planner of one supergraph, in a process of its own or in this one. */
export function createPlanner(
  supergraphSdl: string,
  { cost: { listSize }, development, limits, planner }: GatewayConfig,
  watch: PlannerWatch,
): Planner {
  const compilerOptions: CompilerRules = { introspection: development, limits, listSize };
  if (planner.place === "process") {
    const entry = join(projectRoot(), "dist", "gateway", "planner-main.js");
    return createPlannerProcess({ ...planner, entry, supergraphSdl, compilerOptions, watch });
  }
  return createPlannerInProcess(async () => {
    // Apollo's planner is some 60 MB of code and data, which a gateway whose planner is elsewhere does without.
    const { createLimitedCompiler } = await import("./limited-compiler.ts");
    return createLimitedCompiler(supergraphSdl, compilerOptions);
  }, watch);
}
