/**
 * What an operation costs before anything is asked, by the cost directives of its schema. Terms look at
 * earlier ones, by their indexes; the last one is the whole.
 */
export interface OperationCost {
  readonly terms: readonly CostTerm[];
  /** Of the input types whose values variables can give; by name. */
  readonly inputs: Readonly<Record<string, InputWeights>>;
  /** What its answers are counted by. */
  readonly tally: readonly Tally[];
  /** What every answer costs, however little is in it. */
  readonly base: number;
}

export type CostTerm =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "sum"; readonly of: readonly number[] }
  | { readonly kind: "most"; readonly of: readonly number[] }
  | { readonly kind: "times"; readonly size: ListSize; readonly of: number }
  | {
      /** Counts when one of these holds; each is a `When` of the program. */
      readonly kind: "when";
      readonly any: readonly (readonly number[])[];
      readonly of: number;
    }
  | {
      /** The value of a variable. */
      readonly kind: "input";
      readonly variable: string;
      readonly weight: number;
      /** Of an input object. */
      readonly type: string | undefined;
    };

/** How many items a list is taken to have. */
export interface ListSize {
  /** `Type.field` whose arguments say it. */
  readonly of: string;
  /** Without a slicing argument. */
  readonly assumed: number;
  readonly slicing: readonly SlicingArgument[];
  /** Whether exactly one of them must be given. */
  readonly one: boolean;
}

export interface SlicingArgument {
  readonly name: string;
  /** A number of the document or of the schema; where a variable is given too, what stands for one without a value. */
  readonly value: number | undefined;
  readonly variable: string | undefined;
}

/** What the fields of an input object cost when they are given. */
export type InputWeights = Readonly<
  Record<string, { readonly weight: number; readonly type: string | undefined }>
>;

/** A field whose objects, or values, cost something: each in the answer counts. */
export interface Tally {
  readonly key: string;
  readonly weight: number;
  readonly within: readonly Tally[];
}
