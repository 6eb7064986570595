import type { JsonObject } from "./run.ts";

/**
 * Reads own properties only: a key that every object inherits something under is looked at twice, any other is its own
 * or nothing.
 */
export function getter(key: string): (object: JsonObject) => unknown {
  if (key in Object.prototype) {
    return (object) => (Object.hasOwn(object, key) ? object[key] : undefined);
  }
  return (object) => object[key];
}
