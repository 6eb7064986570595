import { failure } from "../../runtime/errors.ts";
import type { Compiler } from "./compile.ts";
import { compileSafely } from "./compile-safely.ts";
import type { Planner, PlannerWatch } from "./planner.ts";
import { writePlanned } from "./program-text.ts";

/** Plans in this process, which waits for each document: for tests, and where there can be no other process. */
export function createPlannerInProcess(
  load: () => Promise<Compiler>,
  watch: PlannerWatch,
): Planner {
  let compiler: Compiler | undefined;
  return {
    async start() {
      const started = performance.now();
      compiler = await load();
      watch.started(performance.now() - started);
      return compiler.view();
    },
    async compile(source) {
      if (compiler === undefined) throw failure("NOT_READY");
      const started = performance.now();
      const planned = writePlanned(compileSafely(compiler, source, watch.failed));
      watch.planned(performance.now() - started);
      return planned;
    },
    async stop() {
      compiler = undefined;
    },
  };
}
