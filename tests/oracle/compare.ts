import type { GraphQLFormattedError } from "graphql";
import type { Outcome } from "./question.ts";

/** How an answer differs from the monolith's. */
export interface Difference {
  readonly kind:
    | "threw"
    | "refused"
    | "no plan"
    | "data"
    | "unexplained null"
    | "error without cause";
  readonly detail: string;
}

type Path = readonly (string | number)[];

/**
 * Compares the answer of a gateway with the monolith's. The data are the same text, so also the order of fields and
 * the places of nulls. Of errors:
 * - where the monolith has one and its null, the gateway has one at, above or below that null. Below it, as one of
 *   several failures under one null may be another subgraph's, which is asked first;
 * - each of the gateway's ends at a null of the answer, or at an object: then it tells of a field of it that the client
 *   did not select, one that was fetched for a `@requires`, or of an interface object whose type was not known yet;
 * - no two of the gateway's are at one place with one message.
 */
export function compareOutcomes(expected: Outcome, actual: Outcome): Difference | undefined {
  if (actual.data === undefined && expected.data !== undefined) {
    const isClear = actual.errors?.every(({ extensions }) => isRefusal(extensions?.["code"]));
    return { kind: isClear ? "no plan" : "refused", detail: messages(actual.errors) };
  }
  const [right, given] = [JSON.stringify(expected.data), JSON.stringify(actual.data)];
  if (right !== given) return { kind: "data", detail: firstDifference(right ?? "", given ?? "") };

  const errors = actual.errors ?? [];
  for (const { path = [], message } of expected.errors ?? []) {
    const hole = nullAlong(expected.data, path) ?? path;
    const isExplained = errors.some(
      (error) =>
        error.path !== undefined && (startsWith(hole, error.path) || startsWith(error.path, hole)),
    );
    if (!isExplained) {
      const detail = `${path.join(".")}: ${message}; the gateway has ${messages(errors)}`;
      return { kind: "unexplained null", detail };
    }
  }
  const places = new Set<string>();
  for (const error of errors) {
    const place = JSON.stringify([error.path, error.message]);
    if (error.path === undefined || places.has(place) || isLeaf(actual.data, error.path)) {
      return { kind: "error without cause", detail: messages([error]) };
    }
    places.add(place);
  }
  return undefined;
}

/** Codes by which the gateway says that no right plan is to be had. */
function isRefusal(code: unknown): boolean {
  return code === "OPERATION_NOT_PLANNABLE" || code === "OPERATION_TOO_COMPLEX";
}

/** The path of the null in which a path ends early, or at its end. */
function nullAlong(data: unknown, path: Path): Path | undefined {
  let value = data;
  for (const [depth, key] of path.entries()) {
    if (value === null) return path.slice(0, depth);
    value = child(value, key);
  }
  return value === null ? path : undefined;
}

/** Whether a path ends at a value, or at a list, that is there. */
function isLeaf(data: unknown, path: Path): boolean {
  let value = data;
  for (const key of path) {
    if (value === null || value === undefined) return false;
    value = child(value, key);
  }
  return Array.isArray(value) || (typeof value !== "object" && value !== undefined);
}

function child(value: unknown, key: string | number): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function startsWith(path: Path, beginning: Path): boolean {
  return beginning.every((key, index) => key === path[index]);
}

function messages(errors: readonly GraphQLFormattedError[] = []): string {
  const shown = errors.map(({ message, path }) => `${path?.join(".") ?? "(no path)"}: ${message}`);
  return shown.length === 0 ? "no errors" : shown.slice(0, 5).join("; ");
}

function firstDifference(right: string, given: string): string {
  let at = 0;
  while (at < right.length && right[at] === given[at]) at += 1;
  const around = (text: string) => text.slice(Math.max(0, at - 40), at + 60);
  return `monolith …${around(right)}…, gateway …${around(given)}…`;
}
