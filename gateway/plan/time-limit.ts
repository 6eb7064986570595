import { createContext, Script } from "node:vm";

/**
 * Runs something synchronous and ends it when it takes longer, which nothing in JavaScript but `vm` can do.
 * @throws what `work` throws, or an error with the code ERR_SCRIPT_EXECUTION_TIMEOUT
 */
export function withTimeLimit<Result>(work: () => Result, milliseconds: number): Result {
  let result: { readonly value: Result } | undefined;
  const context = createContext({
    work() {
      result = { value: work() };
    },
  });
  new Script("work()").runInContext(context, { timeout: milliseconds });
  if (result === undefined) throw new Error("a script that ended has run");
  return result.value;
}
