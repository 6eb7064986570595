import { failure } from "../../runtime/errors.ts";
import type { Compiled, Compiler, OperationSource } from "./compile.ts";

/** What a compiler made of a source; a fault of the compiler is a refusal, and `failed` hears of it. */
export function compileSafely(
  compiler: Compiler,
  source: OperationSource,
  failed: (error: unknown) => void,
): Compiled {
  try {
    return compiler.compile(source);
  } catch (error) {
    if (!isLimitOfPlanner(error)) failed(error);
    const code = isLimitOfPlanner(error) ? "OPERATION_TOO_COMPLEX" : "INTERNAL_SERVER_ERROR";
    return { kind: "refused", errors: [failure(code).toJSON()] };
  }
}

/** Apollo's planner knows limits of its own, and throws plain errors when one is met. */
function isLimitOfPlanner(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(Number of non-local selections exceeds limit|Exceeded maximum recursive selections|Too many options generated)/.test(
      error.message,
    )
  );
}
