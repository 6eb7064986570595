import type { Program } from "../../plan/program.ts";
import { settleErrors } from "./explain.ts";
import { linkGather } from "./gather.ts";
import { type LinkedPlace, linkPlace } from "./link-places.ts";
import { linkShapes } from "./link-shapes.ts";
import { linkSteps } from "./link-steps.ts";
import { type AnswerError, type MakeCall, type Run, root } from "./run.ts";

/** What a request brings to a program. */
export interface Given {
  readonly call: MakeCall;
  /** JSON texts of the variables that were given, by their names in the program. */
  readonly variables: ReadonlyMap<string, string>;
  readonly switches: readonly boolean[];
  /** Whether nobody has signed in. */
  readonly anonymous: boolean;
  /** JSON text of each introspection field, by its key. */
  readonly introspect: (key: string) => string;
}

export interface Result {
  /** JSON text. */
  readonly data: string;
  readonly errors: readonly AnswerError[];
}

/** Runs an operation, as often as one likes; rejects only for a fault of ours. */
export type RunProgram = (given: Given) => Promise<Result>;

/** Makes closures of a program: what they look at of it has been decided when a request comes. */
export function linkProgram(program: Program): RunProgram {
  const interfaceObjects = new Set(program.interfaceObjects);
  const places: LinkedPlace[] = [];
  // A place comes after the one above it.
  for (const [index, place] of program.places.entries()) {
    const above = place.parent === undefined ? undefined : places[place.parent];
    places.push(linkPlace(place, index, interfaceObjects, above));
  }
  const gathers = linkGather(places);
  const steps = linkSteps(program, { places, gathers });
  const write = linkShapes(program, places);
  return async (given) => {
    const run: Run = {
      ...given,
      gathered: [],
      known: [],
      plain: true,
      text: "",
      path: [],
      errors: [],
      failures: [],
      reasons: 0,
    };
    await steps(run);
    // What joins at the root is found there even when nothing was asked.
    gathers[0]?.(run);
    const data = write(root, run);
    return { data, errors: settleErrors(run) };
  };
}
