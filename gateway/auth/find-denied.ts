import { nameOf, type Operation, type Requirement, type Viewer } from "../request.ts";
import type { Policies } from "./policies.ts";

/** Milliseconds after which policies have not been met. */
const patience = 2_000;

/** Names of those of an operation's requirements that a viewer does not meet, in their order. */
export type FindDenied = (
  requirements: readonly Requirement[],
  viewer: Viewer,
  operation: Operation,
) => readonly string[] | Promise<readonly string[]>;

/**
 * Compares requirements with a viewer. Policies are asked once for a request, about all that its operation names; when they
 * fail or take too long, none of them is met, and `failed` hears why.
 */
export function createFindDenied(policies: Policies, failed: (error: unknown) => void): FindDenied {
  function meet(
    names: readonly string[],
    viewer: Viewer,
    operation: Operation,
  ): readonly string[] | Promise<readonly string[]> {
    try {
      const met = policies.met(names, viewer, operation);
      return met instanceof Promise ? inTime(met) : met;
    } catch (error) {
      failed(error);
      return [];
    }
  }

  async function inTime(met: Promise<readonly string[]>): Promise<readonly string[]> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new Error(`policies were not decided within ${patience} ms`);
      timer = setTimeout(reject, patience, error);
    });
    try {
      return await Promise.race([met, late]);
    } catch (error) {
      failed(error);
      return [];
    } finally {
      clearTimeout(timer);
    }
  }

  return (requirements, viewer, operation) => {
    const asked = requirements.flatMap(policiesOf);
    if (asked.length === 0) return unmet(requirements, viewer, []);
    const met = meet([...new Set(asked)], viewer, operation);
    return met instanceof Promise
      ? met.then((names) => unmet(requirements, viewer, names))
      : unmet(requirements, viewer, met);
  };
}

const noScopes: readonly string[] = [];

function policiesOf(requirement: Requirement): readonly string[] {
  return requirement.kind === "policies" ? requirement.anyOf.flat() : [];
}

function unmet(
  requirements: readonly Requirement[],
  viewer: Viewer,
  policies: readonly string[],
): readonly string[] {
  return requirements.filter((one) => !isMet(one, viewer, policies)).map(nameOf);
}

function isMet(
  requirement: Requirement,
  { kind, scopes = noScopes }: Viewer,
  policies: readonly string[],
): boolean {
  switch (requirement.kind) {
    case "authenticated":
      return kind === "user";
    case "scopes":
      return requirement.anyOf.some((all) => all.every((scope) => scopes.includes(scope)));
    case "policies":
      return requirement.anyOf.some((all) => all.every((policy) => policies.includes(policy)));
  }
}
