import type { CacheMetrics } from "./cache-metrics.ts";
import type { Known } from "./entry.ts";
import type { FirstLevel, Mark, Place } from "./first-level.ts";
import type { Look, SecondLevel } from "./second-level.ts";

/** A kind of what is cached: an entity, or a page, a count and the like that is kept under tags. */
export interface EntityKind {
  readonly name: string;
  /** Another one for another shape of the values: processes of two versions share no entries. */
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
  /** Values are shared with other requests: nobody may change them. Null stands for what does not exist. */
  read<Value>(
    kind: EntityKind,
    ids: readonly string[],
    readRows: ReadRows<Value>,
  ): Promise<ReadonlyMap<string, Value | null>>;
}

export interface EntityReadsOptions {
  readonly first: FirstLevel;
  /** Whether the first level may answer. */
  readonly isCurrent: () => boolean;
  readonly second: SecondLevel | undefined;
  /** Whether this process has changed something of which Redis may hold what was before. */
  readonly isUnsettled: (keys: readonly string[]) => boolean;
  readonly metrics: CacheMetrics;
  /** For a read that others than who began it may wait for. */
  readonly apart: <Result>(work: () => Result) => Result;
}

/** A read under way, which others may join as long as nothing it reads is dropped. */
interface Flight {
  readonly since: Mark;
  readonly landed: Promise<ReadonlyMap<string, Known>>;
}

/** Milliseconds in the second level, up to a fifth less. What does not exist now may soon be made. */
const timeToLive = { row: 60_000, none: 10_000 };

export function keyOf({ name, version }: EntityKind, id: string): string {
  return `${name}.${version}:${id}`;
}

export function createEntityReads(options: EntityReadsOptions): EntityReads {
  const { apart, first, isCurrent, isUnsettled, metrics, second } = options;
  const flights = new Map<string, Flight>();

  /** In a process that hears of every drop, a read under way is as good as one that begins now. */
  function joinable({ guards, key }: Place): Flight | undefined {
    const flight = flights.get(key);
    return flight === undefined || first.droppedSince(guards, flight.since) ? undefined : flight;
  }

  function depart<Value>(
    kind: EntityKind,
    ids: readonly string[],
    readRows: ReadRows<Value>,
  ): Flight {
    const since = first.mark();
    const flight: Flight = { since, landed: apart(() => fly(kind, ids, readRows, since)) };
    const keys = ids.map((id) => keyOf(kind, id));
    for (const key of keys) flights.set(key, flight);
    const land = (): void => {
      for (const key of keys) if (flights.get(key) === flight) flights.delete(key);
    };
    flight.landed.then(land, land);
    return flight;
  }

  async function fly<Value>(
    kind: EntityKind,
    ids: readonly string[],
    readRows: ReadRows<Value>,
    since: Mark,
  ): Promise<ReadonlyMap<string, Known>> {
    const found = new Map<string, Known>();
    const look = await second?.look(ids.map((id) => placeOf(kind, id)));
    const missing: string[] = [];
    for (const id of ids) {
      const known = look?.found.get(keyOf(kind, id));
      if (known === undefined || !holds(kind, known.value)) missing.push(id);
      else found.set(id, known);
    }
    metrics.read(kind.name, "second", found.size);
    if (missing.length > 0) {
      const rows = await readRows(missing);
      metrics.read(kind.name, "database", missing.length);
      for (const id of missing) found.set(id, { value: rows.get(id) ?? null });
      if (look !== undefined) keep(kind, missing, found, look);
    }
    for (const [id, known] of found) first.put(placeOf(kind, id), known, since);
    return found;
  }

  function keep(
    kind: EntityKind,
    ids: readonly string[],
    found: ReadonlyMap<string, Known>,
    look: Look,
  ): void {
    const entries = ids.map((id) => {
      const value = found.get(id)?.value ?? null;
      const ttl = (value === null ? timeToLive.none : timeToLive.row) * (0.8 + Math.random() / 5);
      return { place: placeOf(kind, id), value, ttl };
    });
    second?.fill(look, entries);
  }

  return {
    async read<Value>(
      kind: EntityKind,
      ids: readonly string[],
      readRows: ReadRows<Value>,
    ): Promise<ReadonlyMap<string, Value | null>> {
      const values = new Map<string, Value | null>();
      const joined = new Map<Flight, string[]>();
      const missing: string[] = [];
      const unsettled: string[] = [];
      const ripe: string[] = [];
      const current = isCurrent();
      const now = performance.now();
      for (const id of ids) {
        const place = placeOf(kind, id);
        if (isUnsettled(place.guards)) {
          unsettled.push(id);
          continue;
        }
        const copy = current ? first.get(place.key) : undefined;
        if (copy !== undefined && holds(kind, copy.value)) {
          values.set(id, copy.value as Value | null);
          if (copy.ripeAt < now && !flights.has(place.key) && kind.isPublic?.(copy.value))
            ripe.push(id);
        } else {
          const flight = current ? joinable(place) : undefined;
          if (flight === undefined) missing.push(id);
          else joined.set(flight, [...(joined.get(flight) ?? []), id]);
        }
      }
      metrics.read(kind.name, "first", values.size);
      if (ripe.length > 0) depart(kind, ripe, readRows);
      if (values.size === ids.length) return values;
      const shared = ids.length - values.size - missing.length - unsettled.length;
      metrics.read(kind.name, "shared", shared);
      if (missing.length > 0) joined.set(depart(kind, missing, readRows), missing);
      await Promise.all(
        [...joined].map(async ([{ landed }, wanted]) => {
          const found = await landed;
          for (const id of wanted) {
            const value = (found.get(id)?.value ?? null) as Value | null;
            // It began for a reader to whom another time was now.
            if (holds(kind, value)) values.set(id, value);
            else unsettled.push(id);
          }
        }),
      );
      if (unsettled.length > 0) {
        const rows = await readRows(unsettled);
        metrics.read(kind.name, "database", unsettled.length);
        for (const id of unsettled) values.set(id, rows.get(id) ?? null);
      }
      return values;
    },
  };
}

export function placeOf(kind: EntityKind, id: string): Place {
  const key = keyOf(kind, id);
  return { key, guards: kind.tags?.(id) ?? [key] };
}

function holds({ holds }: EntityKind, value: unknown): boolean {
  return holds === undefined || value === null || holds(value);
}
