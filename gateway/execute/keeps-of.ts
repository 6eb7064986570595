import type { Program, Scope } from "../plan/program.ts";

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
  const names = variables.map(({ given }) => given);
  const isPublic = fetches.every(({ keeping }) => keeping?.scope === "PUBLIC");
  const scope = isPublic ? "PUBLIC" : "PRIVATE";
  return {
    whole: isAll && !isDenied ? scope : undefined,
    nameOf: (given) => nameOf(names, given),
  };
}

/**
 * @param names of the variables that an operation declares
 * @param given by a client
 */
export function nameOf(names: readonly string[], given: Readonly<Record<string, unknown>>): string {
  /** Places of those that are not given. */
  let absent = "";
  let isFlat = true;
  const values: unknown[] = [];
  for (const name of names) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined) absent += `${values.length},`;
    else if (typeof value === "object") isFlat = false;
    values.push(value);
  }
  return absent + (isFlat ? JSON.stringify(values) : JSON.stringify(values, sorted));
}

function sorted(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
