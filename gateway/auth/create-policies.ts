import { pathToFileURL } from "node:url";
import { ConfigError } from "../../runtime/env.ts";
import type { Part } from "../../runtime/lifecycle.ts";
import { policies as own, type Policies } from "./policies.ts";

/**
 * The policies that a gateway knows, once it has started: its own, or those that a module exports as `policies`.
 * @param path of the module
 */
export function createPolicies(path: string | undefined): Policies & Part {
  let policies = own;
  return {
    name: "policies",
    get names() {
      return policies.names;
    },
    met: (names, viewer, operation) => policies.met(names, viewer, operation),
    async start() {
      if (path !== undefined) policies = await read(path);
    },
    stop: () => Promise.resolve(),
  };
}

/** @throws ConfigError */
async function read(path: string): Promise<Policies> {
  let exported: { readonly policies?: Partial<Policies> };
  try {
    exported = await import(pathToFileURL(path).href);
  } catch (error) {
    throw new ConfigError(
      `GATEWAY_POLICIES: ${path} cannot be loaded (${(error as Error).message})`,
    );
  }
  const { met, names } = exported.policies ?? {};
  if (!Array.isArray(names) || typeof met !== "function") {
    throw new ConfigError(
      `GATEWAY_POLICIES: ${path} must export \`policies\` with \`names\`, a list, and \`met\`, a function`,
    );
  }
  return exported.policies as Policies;
}
