import type { Freshness } from "./store.ts";
import { bothOf } from "./tags.ts";
import type { Warrant } from "./warrant.ts";

/** An old copy that stands in an answer, as its subgraph gave none. */
export interface StalePart {
  /** Where in the answer, up to the first list. */
  readonly path: readonly string[];
  readonly service: string;
  /** Seconds. */
  readonly age: number;
}

/** What one run of an operation learns of what it reads. */
export class Gathering {
  readonly #stale = new Map<string, StalePart>();
  readonly #parts: (() => Freshness | undefined)[] = [];
  #whole = true;
  #again = true;

  /** Something was found that is kept. */
  addKept(part: Freshness): void {
    this.#parts.push(() => part);
  }

  /** Something was read that may be kept if it says how fresh it is. */
  addNew(part: () => Freshness | undefined): void {
    this.#again = false;
    this.#parts.push(part);
  }

  /** Something was read that may not. */
  spoil(): void {
    this.#whole = false;
  }

  /** An old copy was read, which may not be kept; of those of one place and service the oldest is told. */
  addStale(part: StalePart): void {
    this.spoil();
    const name = JSON.stringify([part.path, part.service]);
    const known = this.#stale.get(name);
    if (known === undefined || known.age < part.age) this.#stale.set(name, part);
  }

  /** Whether all of it was kept: then it was asked for before. */
  again(): boolean {
    return this.#again;
  }

  stale(): readonly StalePart[] {
    return [...this.#stale.values()];
  }

  /** What holds for all of it; undefined when it may not be kept as a whole. */
  whole(): Freshness | undefined {
    if (!this.#whole) return undefined;
    const parts: Freshness[] = [];
    for (const tell of this.#parts) {
      const part = tell();
      if (part === undefined) return undefined;
      parts.push(part);
    }
    if (parts.length < 2) return parts[0];
    const warrants = new Map<string, Warrant>();
    for (const { warrants: own } of parts) {
      for (const warrant of own) {
        const name = `${warrant.source.identity} ${warrant.generation}`;
        const known = warrants.get(name);
        warrants.set(name, known === undefined ? warrant : together(known, warrant));
      }
    }
    return {
      born: Math.min(...parts.map(({ born }) => born)),
      end: Math.min(...parts.map(({ end }) => end)),
      warrants: [...warrants.values()],
    };
  }
}

/** Right when both are, and more careful: each tag is looked up from the earlier number. */
function together(one: Warrant, other: Warrant): Warrant {
  return {
    ...one,
    number: Math.min(one.number, other.number),
    tags: bothOf(one.tags, other.tags),
  };
}
