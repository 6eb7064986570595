import type { GraphQLError, GraphQLFormattedError } from "graphql";
import { LRUCache } from "lru-cache";
import type { Clock } from "../../../runtime/clock.ts";
import type { OperationSource } from "../compile.ts";
import type { Planned, PlannedProgram, Planner } from "../planner.ts";
import type { Program } from "../program.ts";
import { readProgram } from "../program-text.ts";
import { createBoundedOperations } from "./bounded-operations.ts";
import { countInTime } from "./count-in-time.ts";
import { bytesOfRunnable, bytesOfSource } from "./operation-bytes.ts";
import { createSingleFlight } from "./single-flight.ts";
import { createSleepingOperations } from "./sleeping-operations.ts";
import { createSlots } from "./slots.ts";
import { sourceKey } from "./source-key.ts";

/** Parts of the bytes of a store, by what is kept in them. */
const shares = { kept: 0.75, once: 0.2, refused: 0.05 };
/** Milliseconds for which a refusal is remembered. */
const refusedFor = 60_000;
/** A use of a slot is told to the cache behind it once in so many times. A power of two. */
const toldEvery = 64;

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
  const slots = createSlots<Entry<Runnable>>();
  const kept = createBoundedOperations<Entry<Runnable>>(bytes * shares.kept, slots.remove);
  const once = createSleepingOperations(bytes * shares.once, keep);
  const refused = new LRUCache<string, Entry<Runnable>>({
    maxSize: Math.ceil(bytes * shares.refused),
    sizeCalculation: (entry) => entry.bytes,
    ttl: refusedFor,
    perf: options.clock,
    ttlResolution: 0,
  });
  const fly = createSingleFlight<Entry<Runnable>>();
  let hits = 0;
  let misses = 0;

  function get(source: OperationSource): Stored<Runnable> | Promise<Stored<Runnable>> {
    const entry = slots.find(source);
    if (entry === undefined) return look(source);
    hits += 1;
    entry.uses += 1;
    if ((entry.uses & (toldEvery - 1)) === 0) kept.find(source);
    return entry.stored;
  }

  /** Behind the slots. */
  function look(source: OperationSource): Stored<Runnable> | Promise<Stored<Runnable>> {
    const known = find(source);
    if (known !== undefined) {
      hits += 1;
      return use(known);
    }
    const asleep = once.find(source);
    if (asleep !== undefined) {
      hits += 1;
      const awake = once.wake(asleep);
      return awake instanceof Promise ? awake.then(use) : use(awake);
    }
    misses += 1;
    const refusal = options.refuse(source.document);
    if (refusal !== undefined) return { kind: "refused", errors: [refusal.toJSON()] };
    return learn(source, "once").then(({ stored }) => stored);
  }

  function find(source: OperationSource): Entry<Runnable> | undefined {
    const entry = kept.find(source);
    if (entry !== undefined) slots.put(entry);
    return entry ?? refused.get(sourceKey(source));
  }

  function use(entry: Entry<Runnable>): Stored<Runnable> {
    entry.uses += 1;
    return entry.stored;
  }

  /** Plans a source, once however many wait for it. */
  function learn(source: OperationSource, use: "once" | "often"): Promise<Entry<Runnable>> {
    return fly(sourceKey(source), async () => {
      const planned = await planner.compile(source);
      if (planned.kind === "refused") return refuse(source, planned);
      const entry = linked(source, planned, await readProgram(planned.parts));
      if (use === "often" || kept.knows(source.document)) kept.add(entry);
      else once.add(source, planned);
      return entry;
    });
  }

  function refuse(
    source: OperationSource,
    planned: Extract<Planned, { kind: "refused" }>,
  ): Entry<Runnable> {
    const size = bytesOfSource(source) + 2 * planned.characters;
    const entry = { source, stored: planned, bytes: size, uses: 0 };
    refused.set(sourceKey(source), entry);
    return entry;
  }

  /** What is used for the second time stays. */
  function keep(
    source: OperationSource,
    planned: PlannedProgram,
    program: Program,
  ): Entry<Runnable> {
    const entry = linked(source, planned, program);
    kept.add(entry);
    slots.put(entry);
    return entry;
  }

  function linked(
    source: OperationSource,
    planned: PlannedProgram,
    program: Program,
  ): Entry<Runnable> {
    const size = bytesOfSource(source) + bytesOfRunnable(planned);
    return { source, stored: { kind: "runnable", runnable: link(program) }, bytes: size, uses: 0 };
  }

  async function warmOne(source: OperationSource): Promise<boolean> {
    try {
      const entry = find(source) ?? (await learn(source, "often"));
      return entry.stored.kind === "runnable";
    } catch {
      return false;
    }
  }

  return {
    schemaId: options.schemaId,
    get,
    warm: (sources, milliseconds) => countInTime(sources, milliseconds, warmOne),
    mostUsed(count) {
      const entries = kept.all().toSorted((one, other) => other.uses - one.uses);
      return entries.slice(0, count).map(({ source }) => source);
    },
    stats: () => ({
      hits,
      misses,
      operations: kept.all().length + once.all().length,
      bytes: kept.bytes() + once.bytes() + refused.calculatedSize,
    }),
  };
}
