import type { Rewrite, RewriteStep } from "../../plan/program.ts";

/** Applies the planner's rewrites to the JSON text of a representation. */
export function rewriteText(text: string, rewrites: readonly Rewrite[]): string {
  const value = JSON.parse(text) as Record<string, unknown>;
  for (const rewrite of rewrites) apply(rewrite, rewrite.path, value);
  return JSON.stringify(value);
}

function apply(rewrite: Rewrite, path: readonly RewriteStep[], value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) apply(rewrite, path, item);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const [first, ...rest] = path;
  const object = value as Record<string, unknown>;
  if (first === undefined) return;
  if (typeof first !== "string") {
    const { __typename: typename = first.types[0] } = object;
    if (first.types.includes(String(typename))) apply(rewrite, rest, value);
  } else if (rest.length > 0) {
    if (Object.hasOwn(object, first)) apply(rewrite, rest, object[first]);
  } else if (rewrite.kind === "ValueSetter") {
    define(object, first, rewrite.setValueTo);
  } else if (Object.hasOwn(object, first)) {
    const moved = object[first];
    delete object[first];
    define(object, rewrite.renameKeyTo, moved);
  }
}

function define(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}
