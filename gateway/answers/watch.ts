/** Hears of what is kept and served. */
export interface AnswersWatch {
  /** How many were found, and how many were not: whole answers, answers of a root type, entities. */
  looked(level: "answer" | "fetch" | "entity", hits: number, misses: number): void;
  /** Something was looked for that was kept, and dropped since. */
  dropped(): void;
  /** An old copy stands in for an answer of this subgraph. */
  stale(subgraph: string): void;
}
