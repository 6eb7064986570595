import type { CacheMetrics } from "./cache-metrics.ts";
import type { Known } from "./entry.ts";
import type { FirstLevel, Mark } from "./first-level.ts";
import type { Look, SecondLevel } from "./second-level.ts";

/** A kind of entity that is cached. */
export interface EntityKind {
  readonly name: string;
  /** Another one for another shape of the rows: processes of two versions share no entries. */
  readonly version: number;
}

/** Reads rows of ids; what is not among them does not exist. */
export type ReadRows<Row> = (ids: readonly string[]) => Promise<ReadonlyMap<string, Row>>;

/** Entities through the levels of the cache. */
export interface EntityReads {
  /** Rows are shared with other requests: nobody may change them. Null stands for what does not exist. */
  read<Row>(
    kind: EntityKind,
    ids: readonly string[],
    readRows: ReadRows<Row>,
  ): Promise<ReadonlyMap<string, Row | null>>;
}

export interface EntityReadsOptions {
  readonly first: FirstLevel;
  /** Whether the first level may answer. */
  readonly isCurrent: () => boolean;
  readonly second: SecondLevel | undefined;
  readonly metrics: CacheMetrics;
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
  const { first, isCurrent, metrics, second } = options;
  const flights = new Map<string, Flight>();

  /** In a process that hears of every drop, a read under way is as good as one that begins now. */
  function joinable(key: string): Flight | undefined {
    const flight = flights.get(key);
    return flight === undefined || first.droppedSince(key, flight.since) ? undefined : flight;
  }

  function depart<Row>(kind: EntityKind, ids: readonly string[], readRows: ReadRows<Row>): Flight {
    const since = first.mark();
    const flight: Flight = { since, landed: fly(kind, ids, readRows, since) };
    const keys = ids.map((id) => keyOf(kind, id));
    for (const key of keys) flights.set(key, flight);
    const land = (): void => {
      for (const key of keys) if (flights.get(key) === flight) flights.delete(key);
    };
    flight.landed.then(land, land);
    return flight;
  }

  async function fly<Row>(
    kind: EntityKind,
    ids: readonly string[],
    readRows: ReadRows<Row>,
    since: Mark,
  ): Promise<ReadonlyMap<string, Known>> {
    const found = new Map<string, Known>();
    const look = await second?.look(ids.map((id) => keyOf(kind, id)));
    const missing: string[] = [];
    for (const id of ids) {
      const known = look?.found.get(keyOf(kind, id));
      if (known === undefined) missing.push(id);
      else found.set(id, known);
    }
    metrics.read(kind.name, "second", found.size);
    if (missing.length > 0) {
      const rows = await readRows(missing);
      metrics.read(kind.name, "database", missing.length);
      for (const id of missing) found.set(id, { value: rows.get(id) ?? null });
      if (look !== undefined) keep(kind, missing, found, look);
    }
    for (const [id, known] of found) first.put(keyOf(kind, id), known, since);
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
      return { key: keyOf(kind, id), value, ttl };
    });
    second?.fill(look, entries);
  }

  return {
    async read<Row>(kind: EntityKind, ids: readonly string[], readRows: ReadRows<Row>) {
      const values = new Map<string, Row | null>();
      const joined = new Map<Flight, string[]>();
      const missing: string[] = [];
      const current = isCurrent();
      for (const id of ids) {
        const key = keyOf(kind, id);
        const known = current ? first.get(key) : undefined;
        if (known !== undefined) values.set(id, known.value as Row | null);
        else {
          const flight = current ? joinable(key) : undefined;
          if (flight === undefined) missing.push(id);
          else joined.set(flight, [...(joined.get(flight) ?? []), id]);
        }
      }
      metrics.read(kind.name, "first", values.size);
      if (values.size === ids.length) {
        metrics.read(kind.name, "first", ids.length);
        return values;
      }
      metrics.read(kind.name, "first", values.size);
      metrics.read(kind.name, "shared", ids.length - values.size - missing.length);
      if (missing.length > 0) joined.set(depart(kind, missing, readRows), missing);
      await Promise.all(
        [...joined].map(async ([{ landed }, wanted]) => {
          const found = await landed;
          for (const id of wanted) values.set(id, (found.get(id)?.value ?? null) as Row | null);
        }),
      );
      return values;
    },
  };
}
