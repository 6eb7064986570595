import type { Compiler, OperationSource } from "./compile.ts";
import { compileSafely } from "./compile-safely.ts";
import type { FromPlanner, ToPlanner } from "./planner-messages.ts";
import { writePlanned } from "./program-text.ts";
import { withTimeLimit } from "./time-limit.ts";

/** Makes the compiler of a supergraph. @throws what keeps it from being loaded */
export type LoadCompiler = (supergraphSdl: string, options: unknown) => Compiler;

/**
 * The inside of a planner's process: loads one supergraph, then compiles what it is sent. With the process at the other end of
 * its IPC channel goes all that it waits for, and it ends. Signals to the whole process group, such as Ctrl-C, are for that
 * one, which may still have requests to answer.
 */
export function serveCompiler(load: LoadCompiler): void {
  let compiler: Compiler | undefined;
  let givesUpAfter = 0;

  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => {});
  process.on("message", (message) => answer(message as ToPlanner));

  function answer(message: ToPlanner): void {
    if (message.kind === "compile") {
      say(compile(message.source));
      return;
    }
    givesUpAfter = message.givesUpAfter;
    try {
      compiler = load(message.supergraphSdl, message.options);
      say({ kind: "loaded", view: compiler.view(), memory: process.memoryUsage.rss() });
    } catch (error) {
      say({ kind: "unloadable", reason: error instanceof Error ? error.message : String(error) });
    }
  }

  function compile(source: OperationSource): FromPlanner {
    const loaded = compiler;
    if (loaded === undefined) throw new Error("a document came before the supergraph");
    const started = performance.now();
    let fault: string | undefined;
    const failed = (error: unknown): void => {
      fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
    };
    // Whoever waits kills this process long before. If it was killed itself, this is the end of an endless document.
    const compiled = withTimeLimit(() => compileSafely(loaded, source, failed), givesUpAfter);
    return {
      kind: "compiled",
      planned: writePlanned(compiled),
      milliseconds: performance.now() - started,
      memory: process.memoryUsage.rss(),
      fault,
    };
  }
}

function say(message: FromPlanner): void {
  process.send?.(message);
}
