import type { Program, Scope, Variable } from "../plan/program.ts";

/** What of an operation is kept. */
export interface Keeps {
  /** For whom its whole answer is; undefined: parts of it only. */
  readonly whole: Scope | undefined;
  /** The same text for variables that mean the same: those that the operation declares, in one order. */
  nameOf(variables: Readonly<Record<string, unknown>>): string;
}

/** Undefined: nothing. */
export function keepsOf({ fetches, shapes, type, variables }: Program): Keeps | undefined {
  if (type !== "query" || fetches.every(({ keeping }) => keeping === undefined)) return undefined;
  const isAll = fetches.every(({ keeping }) => keeping !== undefined);
  // What is kept from a viewer is told in errors, and an answer with errors is not kept.
  const isDenied = shapes.some(({ cases }) =>
    cases.some(({ fields }) => fields.some(({ kind }) => kind === "denied")),
  );
  const isPublic = fetches.every(({ keeping }) => keeping?.scope === "PUBLIC");
  const scope = isPublic ? "PUBLIC" : "PRIVATE";
  return {
    whole: isAll && !isDenied ? scope : undefined,
    nameOf: (given) => nameOf(variables, given),
  };
}

function nameOf(variables: readonly Variable[], given: Readonly<Record<string, unknown>>): string {
  let name = "";
  for (const variable of variables) {
    const value = Object.hasOwn(given, variable.given) ? given[variable.given] : undefined;
    name += `${value === undefined ? "" : JSON.stringify(value, sorted)},`;
  }
  return name;
}

function sorted(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
