import { InFlight } from "../../../runtime/in-flight.ts";
import type { Newcomers } from "../../../runtime/newcomers.ts";
import type { CacheMetrics } from "./cache-metrics.ts";
import type { Known } from "./entry.ts";
import type { FirstLevel, Mark, Place } from "./first-level.ts";
import type { Fill, SecondLevel } from "./second-level.ts";

/** A kind of what is cached: an entity, or a page, a count and the like that is kept under tags. */
export interface EntityKind {
  readonly name: string;
  /**
   * Another one for another shape of the values: an entry of another version counts as none. It is no part of the key, so that the drops of
   * one version reach what the other has kept.
   */
  readonly version: number;
  /** By whose drop an entry becomes old, when it is no entity. */
  readonly tags?: (id: string) => readonly string[];
  /** Whether a value still says what is so; without it, as long as nothing is dropped. */
  readonly holds?: (value: unknown) => boolean;
  /** Whether anyone may read it: then a copy that will end soon is read anew while it still answers, so that nobody waits for it. */
  readonly isPublic?: (value: unknown) => boolean;
}

/** Reads values of ids; what is not among them does not exist. */
export type ReadRows<Value> = (ids: readonly string[]) => Promise<ReadonlyMap<string, Value>>;

/** Entities, pages and counts through the levels of the cache. */
export interface EntityReads {
  /**
   * Whether nobody has asked for any of them lately: then nothing is to be found here, nothing will be kept, and who reads them past the
   * cache has them for the least. They are known from now on.
   */
  areNew(kind: EntityKind, ids: readonly string[]): boolean;
  /**
   * Values are shared with other requests: nobody may change them. Null stands for what does not exist, or nothing.
   * @param readAlone reads what is for this reader alone and not kept, and so may leave out what it does not need
   */
  read<Value>(
    kind: EntityKind,
    ids: readonly string[],
    readRows: ReadRows<Value>,
    readAlone?: ReadRows<Value>,
  ): Promise<ReadonlyMap<string, Value | null>>;
}

export interface EntityReadsOptions {
  readonly first: FirstLevel;
  /** Whether the first level may answer. */
  readonly isCurrent: () => boolean;
  readonly second: SecondLevel | undefined;
  readonly newcomers: Newcomers;
  /** Whether this process has changed something of which Redis may hold what was before. */
  readonly isUnsettled: (keys: readonly string[]) => boolean;
  readonly metrics: CacheMetrics;
  /** For a read that others than who began it may wait for. */
  readonly apart: <Result>(work: () => Result) => Result;
}

/** A read under way, which others may join as long as nothing it reads is dropped. */
interface Flight {
  readonly since: Mark;
  /** By key. */
  readonly landed: Promise<ReadonlyMap<string, Known>>;
}

/** An id, and where its value is kept. */
interface Sought extends Place {
  readonly id: string;
}

/** Milliseconds in the second level, up to a fifth less. What does not exist now may soon be made. */
const timeToLive = { row: 60_000, none: 10_000 };

export function keyOf({ name }: Pick<EntityKind, "name">, id: string): string {
  return `${name}:${id}`;
}

export function createEntityReads(options: EntityReadsOptions): EntityReads {
  const { apart, first, isCurrent, isUnsettled, metrics, newcomers, second } = options;
  const flights = new InFlight<string, Flight>();

  /** In a process that hears of every drop, a read under way is as good as one that begins now. */
  function joinable({ guards, key }: Place): Flight | undefined {
    const flight = flights.get(key);
    return flight === undefined || first.droppedSince(guards, flight.since) ? undefined : flight;
  }

  /** @param kept those of the sought that are worth keeping */
  function depart<Value>(
    kind: EntityKind,
    sought: readonly Sought[],
    kept: readonly Sought[],
    readRows: ReadRows<Value>,
  ): Flight {
    const since = first.mark();
    const flight: Flight = { since, landed: apart(() => fly(kind, sought, kept, readRows, since)) };
    for (const { key } of sought) flights.set(key, flight);
    const land = (): void => {
      for (const { key } of sought) if (flights.get(key) === flight) flights.delete(key);
    };
    flight.landed.then(land, land);
    return flight;
  }

  async function fly<Value>(
    kind: EntityKind,
    sought: readonly Sought[],
    kept: readonly Sought[],
    readRows: ReadRows<Value>,
    since: Mark,
  ): Promise<ReadonlyMap<string, Known>> {
    const look = await second?.look(kept);
    const found = new Map<string, Known>();
    for (const [key, known] of look?.found ?? []) {
      if (holds(kind, known.value)) found.set(key, known);
    }
    metrics.read(kind.name, "second", found.size);
    const missing = sought.filter(({ key }) => !found.has(key));
    if (missing.length > 0) {
      const rows = await readRows(missing.map(({ id }) => id));
      metrics.read(kind.name, "database", missing.length);
      const fresh = look === undefined ? [] : kept.filter(({ key }) => !found.has(key));
      for (const { id, key } of missing) found.set(key, { value: rows.get(id) ?? null });
      if (look !== undefined) second?.fill(look, entriesOf(fresh, found));
    }
    for (const place of kept) first.put(place, found.get(place.key) ?? { value: null }, since);
    return found;
  }

  function areNew(kind: EntityKind, ids: readonly string[]): boolean {
    if (!newcomers.turnAway(keyOf(kind, ""), ids)) return false;
    metrics.read(kind.name, "database", ids.length);
    return true;
  }

  return {
    areNew,
    async read<Value>(
      kind: EntityKind,
      ids: readonly string[],
      readRows: ReadRows<Value>,
      readAlone: ReadRows<Value> = readRows,
    ): Promise<ReadonlyMap<string, Value | null>> {
      if (areNew(kind, ids)) return readAlone(ids);
      const values = new Map<string, Value | null>();
      const joined = new Map<Flight, Sought[]>();
      const missing: Sought[] = [];
      /** Read for this reader alone: what is not settled, or not worth keeping. */
      const alone: string[] = [];
      const ripe: Sought[] = [];
      const current = isCurrent();
      const now = performance.now();
      for (const id of ids) {
        const { guards, key, version } = placeOf(kind, id);
        const one: Sought = { id, key, version, guards };
        if (isUnsettled(one.guards)) {
          alone.push(id);
          continue;
        }
        const copy = current ? first.get(one.key) : undefined;
        if (copy !== undefined && holds(kind, copy.value)) {
          values.set(id, copy.value as Value | null);
          if (copy.ripeAt < now && !flights.has(one.key) && kind.isPublic?.(copy.value))
            ripe.push(one);
        } else {
          const flight = current ? joinable(one) : undefined;
          if (flight === undefined) missing.push(one);
          else joined.set(flight, [...(joined.get(flight) ?? []), one]);
        }
      }
      metrics.read(kind.name, "first", values.size);
      if (ripe.length > 0) depart(kind, ripe, ripe, readRows);
      if (values.size === ids.length) return values;
      const shared = ids.length - values.size - missing.length - alone.length;
      metrics.read(kind.name, "shared", shared);
      if (missing.length > 0) {
        const kept = newcomers.welcome(missing);
        // What nobody has asked for lately, nobody else is waiting for.
        if (kept.length === 0) for (const { id } of missing) alone.push(id);
        else joined.set(depart(kind, missing, kept, readRows), missing);
      }
      for (const [{ landed }, wanted] of joined) {
        const found = await landed;
        for (const { id, key } of wanted) {
          const value = (found.get(key)?.value ?? null) as Value | null;
          // It began for a reader to whom another time was now.
          if (holds(kind, value)) values.set(id, value);
          else alone.push(id);
        }
      }
      if (alone.length > 0) {
        const rows = await readAlone(alone);
        metrics.read(kind.name, "database", alone.length);
        for (const id of alone) values.set(id, rows.get(id) ?? null);
      }
      return values;
    },
  };
}

function entriesOf(sought: readonly Place[], found: ReadonlyMap<string, Known>): readonly Fill[] {
  return sought.map((place) => {
    const value = found.get(place.key)?.value ?? null;
    const ttl = (value === null ? timeToLive.none : timeToLive.row) * (0.8 + Math.random() / 5);
    return { place, value, ttl };
  });
}

export function placeOf(kind: EntityKind, id: string): Place {
  const key = keyOf(kind, id);
  return { key, version: kind.version, guards: kind.tags?.(id) ?? [key] };
}

function holds({ holds }: EntityKind, value: unknown): boolean {
  return holds === undefined || value === null || holds(value);
}
