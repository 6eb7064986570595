import { failure } from "../../runtime/errors.ts";
import type { Compiler } from "./compile.ts";
import { compileSafely } from "./compile-safely.ts";
import type { Planner, PlannerWatch } from "./planner.ts";

/** Plans in this process, which waits for each document: for tests, and where there can be no other process. */
export function createPlannerInProcess(load: () => Compiler, watch: PlannerWatch): Planner {
  let compiler: Compiler | undefined;
  return {
    async start() {
      const started = performance.now();
      compiler = load();
      watch.started(performance.now() - started);
    },
    async compile(source) {
      if (compiler === undefined) throw failure("NOT_READY");
      const started = performance.now();
      const compiled = compileSafely(compiler, source, watch.failed);
      const characters = JSON.stringify(compiled).length;
      watch.planned(performance.now() - started);
      return { ...compiled, characters };
    },
    async stop() {
      compiler = undefined;
    },
  };
}
