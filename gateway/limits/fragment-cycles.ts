import type { GraphQLError } from "graphql";
import { failure } from "../../runtime/errors.ts";
import { type Definitions, spreadsIn } from "./definitions.ts";

/**
 * A fragment that leads back to itself, in the words of graphql-js' validation. Found here first, as nothing that puts fragments in
 * place would come to an end.
 */
export function findFragmentCycle({ fragments }: Definitions): GraphQLError | undefined {
  const endless = new Set<string>();
  const path: string[] = [];

  function cycleFrom(name: string): readonly string[] | undefined {
    const start = path.indexOf(name);
    if (start >= 0) return path.slice(start);
    const fragment = fragments.get(name);
    if (fragment === undefined || endless.has(name)) return undefined;
    path.push(name);
    for (const next of spreadsIn(fragment.selectionSet)) {
      const cycle = cycleFrom(next);
      if (cycle !== undefined) return cycle;
    }
    path.pop();
    endless.add(name);
    return undefined;
  }

  for (const name of fragments.keys()) {
    const cycle = cycleFrom(name);
    if (cycle === undefined) continue;
    const via = cycle.slice(1).map((step) => `"${step}"`);
    const sentence = `Cannot spread fragment "${cycle[0]}" within itself${via.length > 0 ? ` via ${via.join(", ")}` : ""}.`;
    return failure("GRAPHQL_VALIDATION_FAILED", sentence);
  }
  return undefined;
}
