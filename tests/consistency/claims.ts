import type { Estate } from "./estate.ts";

/** Something that an answer says, and what it ought to say. */
export type Claim = Statement | Sum;

/** About what one person has written. Both sides are JSON. */
export interface Statement {
  readonly kind: "statement";
  readonly what: string;
  /** The number of the person. */
  readonly about: number;
  readonly said: string;
  readonly expected: (estate: Estate) => string;
  /** What is said where the asker may see nothing. */
  readonly nothing: string;
}

/** A count over what all have written. */
export interface Sum {
  readonly kind: "sum";
  readonly what: string;
  readonly said: number;
  readonly addend: (estate: Estate) => number;
}

export function statement(
  what: string,
  about: number,
  said: unknown,
  expected: (estate: Estate) => unknown,
  nothing: unknown = null,
): Statement {
  const json = (value: unknown): string => JSON.stringify(value ?? null);
  return {
    kind: "statement",
    what,
    about,
    said: json(said),
    expected: (estate) => json(expected(estate)),
    nothing: json(nothing),
  };
}

export function sum(what: string, said: number, addend: (estate: Estate) => number): Sum {
  return { kind: "sum", what, said, addend };
}
