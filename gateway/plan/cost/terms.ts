import type { When } from "../program.ts";
import type { CostTerm, ListSize } from "./cost.ts";

/** Builds the terms of a cost; what is known already is reckoned at once. */
export class CostTerms {
  readonly #all: CostTerm[] = [];

  number(value: number): number {
    return this.#add({ kind: "number", value });
  }

  sum(of: readonly number[]): number {
    const { known, others } = this.#apart(of);
    const total = known.reduce((one, other) => one + other, 0);
    if (others.length === 0) return this.number(total);
    if (total === 0 && others.length === 1) return others[0] as number;
    return this.#add({ kind: "sum", of: total === 0 ? others : [this.number(total), ...others] });
  }

  most(of: readonly number[]): number {
    const different = [...new Set(of)];
    const [only] = different;
    if (only !== undefined && different.length === 1) return only;
    const { known, others } = this.#apart(different);
    const largest = known.reduce((one, other) => Math.max(one, other), 0);
    if (others.length === 0) return this.number(largest);
    return this.#add({ kind: "most", of: [this.number(largest), ...others] });
  }

  times(size: ListSize, of: number): number {
    return this.#add({ kind: "times", size, of });
  }

  when(any: readonly When[], of: number): number {
    if (this.valueOf(of) === 0 || any.some((when) => when.length === 0)) return of;
    return this.#add({ kind: "when", any, of });
  }

  input(variable: string, weight: number, type: string | undefined): number {
    return this.#add({ kind: "input", variable, weight, type });
  }

  /** The terms that play a part in one of them, which comes last. */
  endingWith(last: number): readonly CostTerm[] {
    const needed = new Set([last]);
    for (let index = last; index >= 0; index--) {
      if (needed.has(index)) for (const one of partsOf(this.#all[index])) needed.add(one);
    }
    const kept = [...needed].sort((one, other) => one - other);
    const indexes = new Map(kept.map((old, index) => [old, index]));
    const renumber = (old: number): number => indexes.get(old) ?? 0;
    return kept.map((old) => withParts(this.#all[old] as CostTerm, renumber));
  }

  /** Of a term that says the same for every request. */
  valueOf(term: number): number | undefined {
    const found = this.#all[term];
    return found?.kind === "number" ? found.value : undefined;
  }

  #add(term: CostTerm): number {
    return this.#all.push(term) - 1;
  }

  #apart(of: readonly number[]): { readonly known: number[]; readonly others: number[] } {
    const known: number[] = [];
    const others: number[] = [];
    for (const term of of) {
      const value = this.valueOf(term);
      if (value === undefined) others.push(term);
      else known.push(value);
    }
    return { known, others };
  }
}

function partsOf(term: CostTerm | undefined): readonly number[] {
  switch (term?.kind) {
    case "sum":
    case "most":
      return term.of;
    case "times":
    case "when":
      return [term.of];
    default:
      return [];
  }
}

function withParts(term: CostTerm, renumber: (old: number) => number): CostTerm {
  switch (term.kind) {
    case "sum":
    case "most":
      return { ...term, of: term.of.map(renumber) };
    case "times":
    case "when":
      return { ...term, of: renumber(term.of) };
    default:
      return term;
  }
}
