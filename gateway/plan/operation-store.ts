import { hash } from "node:crypto";
import type { GraphQLError, GraphQLFormattedError } from "graphql";
import { LRUCache } from "lru-cache";
import type { Clock } from "../../runtime/clock.ts";
import type { OperationSource } from "./compile.ts";
import type { Planned, Planner } from "./planner.ts";
import type { Program } from "./program.ts";
import { readProgram } from "./program-text.ts";
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

/** An operation that has run once, as the text of its program. */
interface Asleep<Runnable> {
  readonly source: OperationSource;
  readonly planned: PlannedProgram;
  readonly bytes: number;
  /** While its second use waits for a long text to be read. */
  waking: Promise<Entry<Runnable>> | undefined;
}

type PlannedProgram = Extract<Planned, { kind: "program" }>;

/**
 * One store for one schema: another schema gets another store, and this one lives as long as requests that began with it.
 *
 * What comes first is used once, mostly: texts with literals in them come by the million and never again. They pass through a small
 * cache of their own, and only what is asked for again moves to the large one, so that no flood of them drives out what everyone
 * asks for. In the small one they are text: objects by the thousand that live for a while, and then die, make a heap several
 * times as large as what is in it. Refusals are remembered apart, in few bytes and for a while.
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
  const once = new LRUCache<string, readonly Asleep<Runnable>[]>({
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
      return use(known);
    }
    const asleep = once.get(documentKey(source.document))?.find(isOf(source));
    if (asleep !== undefined) {
      hits += 1;
      const awake = wake(asleep);
      return awake instanceof Promise ? awake.then(use) : use(awake);
    }
    misses += 1;
    const refusal = options.refuse(source.document);
    if (refusal !== undefined) return { kind: "refused", errors: [refusal.toJSON()] };
    return fly(source, "once").then(({ stored }) => stored);
  }

  function use(entry: Entry<Runnable>): Stored<Runnable> {
    entry.uses += 1;
    return entry.stored;
  }

  function find(source: OperationSource): Entry<Runnable> | undefined {
    const entry = kept.get(documentKey(source.document))?.find(isOf(source));
    if (entry !== undefined) slots.put(entry);
    return entry ?? refused.get(sourceKey(source));
  }

  /** Plans a source, once however many wait for it. One that failed is planned again by who asks next. */
  function fly(source: OperationSource, use: "once" | "often"): Promise<Entry<Runnable>> {
    const key = sourceKey(source);
    const underWay = flights.get(key);
    if (underWay !== undefined) return underWay;
    const flight = plan(source, use).finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  }

  async function plan(source: OperationSource, use: "once" | "often"): Promise<Entry<Runnable>> {
    const planned = await planner.compile(source);
    if (planned.kind === "refused") {
      const size = bytesOf(source) + 2 * planned.characters;
      const entry = { source, stored: planned, bytes: size, uses: 0 };
      refused.set(sourceKey(source), entry);
      return entry;
    }
    const asleep = {
      source,
      planned,
      bytes: bytesOf(source) + textBytes(planned),
      waking: undefined,
    };
    const entry = linked(asleep, await readProgram(planned.parts));
    const key = documentKey(source.document);
    if (use === "often" || kept.has(key)) add(kept, key, entry);
    else add(once, key, asleep);
    return entry;
  }

  /** What is used for the second time stays. */
  function wake(asleep: Asleep<Runnable>): Entry<Runnable> | Promise<Entry<Runnable>> {
    if (asleep.waking !== undefined) return asleep.waking;
    const program = readProgram(asleep.planned.parts);
    if (!(program instanceof Promise)) return move(asleep, program);
    asleep.waking = program.then((read) => move(asleep, read));
    return asleep.waking;
  }

  function move(asleep: Asleep<Runnable>, program: Program): Entry<Runnable> {
    const entry = linked(asleep, program);
    const key = documentKey(asleep.source.document);
    const others = once.get(key)?.filter((one) => one !== asleep) ?? [];
    if (others.length === 0) once.delete(key);
    else once.set(key, others);
    add(kept, key, entry);
    slots.put(entry);
    return entry;
  }

  function linked({ planned, source }: Asleep<Runnable>, program: Program): Entry<Runnable> {
    const size = bytesOf(source) + bytesPerCharacter * planned.characters;
    return { source, stored: { kind: "runnable", runnable: link(program) }, bytes: size, uses: 0 };
  }

  async function warmOne(source: OperationSource): Promise<boolean> {
    try {
      const entry = find(source) ?? (await fly(source, "often"));
      return entry.stored.kind === "runnable";
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

/** Appends to what is known of a document. */
function add<One extends { readonly bytes: number }>(
  cache: LRUCache<string, readonly One[]>,
  key: string,
  one: One,
): void {
  cache.set(key, [...(cache.get(key) ?? []).slice(1 - mostOfDocument), one]);
}

function isOf(source: OperationSource): (one: { readonly source: OperationSource }) => boolean {
  return (one) => sameSource(one.source, source);
}

function bytesOf({ document, operationName = "" }: OperationSource): number {
  return 2 * document.length + operationName.length;
}

/** V8 has a byte for each character of a text that is all Latin-1, else two. */
function textBytes({ characters, parts }: PlannedProgram): number {
  return parts.some((part) => /[\u0100-\uffff]/.test(part)) ? 2 * characters : characters;
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
