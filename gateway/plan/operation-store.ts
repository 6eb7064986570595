import { hash } from "node:crypto";
import type { GraphQLError, GraphQLFormattedError } from "graphql";
import { LRUCache } from "lru-cache";
import type { Clock } from "../../runtime/clock.ts";
import type { OperationSource } from "./compile.ts";
import type { Planned, Planner } from "./planner.ts";
import type { Program } from "./program.ts";
import { createSlots, sameSource } from "./slots.ts";

/** Milliseconds for which a refusal is remembered. */
const refusedFor = 60_000;
/** Operations of one document that are kept; of more, the first to come go. */
const mostOfDocument = 32;
/** A use of a slot is told to the cache behind it once in so many times. A power of two. */
const toldEvery = 64;
/** V8 hashes strings up to this length by their characters, longer ones by their length alone. */
const longestHashed = 16_383;
/** What a character of a program's JSON takes once it is parsed and linked; 5.8 were measured. */
const bytesPerCharacter = 7;

/** What a source is: something to run, or an error. */
export type Stored<Runnable> =
  | { readonly kind: "runnable"; readonly runnable: Runnable }
  | { readonly kind: "refused"; readonly errors: readonly GraphQLFormattedError[] };

export interface StoreStats {
  readonly hits: number;
  /** Each was planned, or waited for a plan that was under way. */
  readonly misses: number;
  readonly operations: number;
  /** An estimate. */
  readonly bytes: number;
}

/** What the operations of one schema were compiled to. */
export interface OperationStore<Runnable> {
  readonly schemaId: string;
  /**
   * At once when it is known.
   * @throws (rejects with) what the planner throws: OVERLOADED, NOT_READY
   */
  get(source: OperationSource): Stored<Runnable> | Promise<Stored<Runnable>>;
  /**
   * Compiles sources, one after the other, until all are or the time is over; those that are refused or fail are left out.
   * @returns how many there are now
   */
  warm(sources: readonly OperationSource[], milliseconds: number): Promise<number>;
  /** Sources that were used more than once, the most used first. */
  mostUsed(count: number): readonly OperationSource[];
  stats(): StoreStats;
}

export interface OperationStoreOptions<Runnable> {
  readonly schemaId: string;
  readonly planner: Pick<Planner, "compile">;
  /** Makes a program ready to run. */
  readonly link: (program: Program) => Runnable;
  /** Has something against a text before it goes to the planner. Cheap: what it says is not remembered. */
  readonly refuse: (document: string) => GraphQLError | undefined;
  /** That all of it may take, about. */
  readonly bytes: number;
  readonly clock: Clock;
}

interface Entry<Runnable> {
  readonly source: OperationSource;
  readonly stored: Stored<Runnable>;
  readonly bytes: number;
  uses: number;
}

/**
 * One store for one schema: another schema gets another store, and this one lives as long as requests that began with it.
 *
 * What comes first is used once, mostly: texts with literals in them come by the million and never again. They pass through a small
 * cache of their own, and only what is asked for again moves to the large one, so that no flood of them drives out what everyone
 * asks for. Refusals are remembered apart, in few bytes and for a while.
 */
export function createOperationStore<Runnable>(
  options: OperationStoreOptions<Runnable>,
): OperationStore<Runnable> {
  const { bytes, link, planner } = options;
  type Entries = readonly Entry<Runnable>[];
  const slots = createSlots<Entry<Runnable>>();
  const kept = new LRUCache<string, Entries>({
    maxSize: Math.ceil(bytes * 0.75),
    sizeCalculation: sizeOf,
    dispose(entries, _, reason) {
      if (reason !== "set") for (const entry of entries) slots.remove(entry);
    },
  });
  const once = new LRUCache<string, Entries>({
    maxSize: Math.ceil(bytes * 0.2),
    sizeCalculation: sizeOf,
  });
  const refused = new LRUCache<string, Entry<Runnable>>({
    maxSize: Math.ceil(bytes * 0.05),
    sizeCalculation: (entry) => entry.bytes,
    ttl: refusedFor,
    perf: options.clock,
    ttlResolution: 0,
  });
  const flights = new Map<string, Promise<Entry<Runnable>>>();
  let hits = 0;
  let misses = 0;

  function look(source: OperationSource): Stored<Runnable> | Promise<Stored<Runnable>> {
    const known = find(source);
    if (known !== undefined) {
      hits += 1;
      known.uses += 1;
      return known.stored;
    }
    misses += 1;
    const refusal = options.refuse(source.document);
    if (refusal !== undefined) return { kind: "refused", errors: [refusal.toJSON()] };
    return fly(source).then(({ stored }) => stored);
  }

  function find(source: OperationSource): Entry<Runnable> | undefined {
    const key = documentKey(source.document);
    const isIt = (entry: Entry<Runnable>): boolean => sameSource(entry.source, source);
    const second = once.get(key);
    if (second?.some(isIt)) {
      once.delete(key);
      kept.set(key, second);
    }
    const entry = kept.get(key)?.find(isIt);
    if (entry !== undefined) slots.put(entry);
    return entry ?? refused.get(sourceKey(source));
  }

  /** Plans a source, once however many wait for it. One that failed is planned again by who asks next. */
  function fly(source: OperationSource): Promise<Entry<Runnable>> {
    const key = sourceKey(source);
    const underWay = flights.get(key);
    if (underWay !== undefined) return underWay;
    const flight = planner
      .compile(source)
      .then((planned) => keep(source, planned))
      .finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  }

  function keep(source: OperationSource, planned: Planned): Entry<Runnable> {
    const text = 2 * source.document.length + (source.operationName?.length ?? 0);
    if (planned.kind === "refused") {
      const size = text + 2 * planned.characters;
      const entry = { source, stored: planned, bytes: size, uses: 0 };
      refused.set(sourceKey(source), entry);
      return entry;
    }
    const stored = { kind: "runnable", runnable: link(planned.program) } as const;
    const size = text + bytesPerCharacter * planned.characters;
    const entry = { source, stored, bytes: size, uses: 0 };
    const key = documentKey(source.document);
    const home = kept.has(key) || size > once.maxSize ? kept : once;
    home.set(key, [...(home.get(key) ?? []).slice(1 - mostOfDocument), entry]);
    return entry;
  }

  async function warmOne(source: OperationSource): Promise<boolean> {
    try {
      await fly(source);
      return find(source)?.stored.kind === "runnable";
    } catch {
      return false;
    }
  }

  return {
    schemaId: options.schemaId,
    get(source) {
      const entry = slots.find(source);
      if (entry === undefined) return look(source);
      hits += 1;
      entry.uses += 1;
      if ((entry.uses & (toldEvery - 1)) === 0) kept.get(documentKey(source.document));
      return entry.stored;
    },
    async warm(sources, milliseconds) {
      let warmed = 0;
      let timer: NodeJS.Timeout | undefined;
      const over = new Promise<"over">((resolve) => {
        timer = setTimeout(resolve, milliseconds, "over");
      });
      for (const source of sources) {
        const outcome = await Promise.race([warmOne(source), over]);
        if (outcome === "over") break;
        if (outcome) warmed += 1;
      }
      clearTimeout(timer);
      return warmed;
    },
    mostUsed(count) {
      const entries = [...kept.values()].flat();
      return entries
        .sort((one, other) => other.uses - one.uses)
        .slice(0, count)
        .map(({ source }) => source);
    },
    stats: () => ({
      hits,
      misses,
      operations: countOf(kept.values()) + countOf(once.values()),
      bytes: kept.calculatedSize + once.calculatedSize + refused.calculatedSize,
    }),
  };
}

function sizeOf(entries: readonly { readonly bytes: number }[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}

function countOf(lists: Iterable<readonly unknown[]>): number {
  let count = 0;
  for (const list of lists) count += list.length;
  return count;
}

/** A text of its own for each document, such that no one can make many that fall on one place of a map. */
function documentKey(document: string): string {
  return document.length <= longestHashed ? document : hash("sha256", document);
}

function sourceKey({
  denied,
  document,
  explained,
  labels,
  operationName,
}: OperationSource): string {
  // With the length, so that no short document can look like the hash of a long one.
  return `${JSON.stringify([operationName, labels, denied, explained, document.length])}${documentKey(document)}`;
}
