import type { Place, Read } from "../../plan/program.ts";
import { getter } from "./get-value.ts";
import { type Identity, linkIdentity } from "./identity.ts";
import type { Entity, Gathered, JsonObject, Position, Run } from "./run.ts";

/** Reads a value of an object: of its base layers, or of what was fetched for it. */
export type Reader = (position: Position, entity: Entity | undefined) => unknown;

/** Reads what each of several layers has. */
export type PartsReader = (position: Position, entity: Entity | undefined) => readonly unknown[];

/** How the objects at a place are found and looked into. */
export interface LinkedPlace extends Omit<Place, "identity" | "parent" | "typename"> {
  readonly index: number;
  /** The place of the objects that lead to it; undefined at the root. */
  readonly above: LinkedPlace | undefined;
  /** Whether all its objects are known when it is first gathered: neither they nor any above them come in parts. */
  readonly atOnce: boolean;
  /** Undefined where each object stands for itself. */
  readonly identity: Identity | undefined;
  /** Which of the entities at the place an object is. */
  find(gathered: Gathered, position: Position): Entity | undefined;
  /** What was fetched for an object; undefined where nothing joins, or nobody was asked about it. */
  entity(position: Position, run: Run): Entity | undefined;
  /** The name of its object type, or of an interface as long as nobody has said more. */
  typename(position: Position, entity: Entity | undefined): string | undefined;
  /** Reads one value: the first that is not null. */
  reader(reads: readonly Read[]): Reader;
  partsReader(reads: readonly Read[]): PartsReader;
}

/** @param interfaceObjects see `Program` */
export function linkPlace(
  place: Place,
  index: number,
  interfaceObjects: ReadonlySet<string>,
  above: LinkedPlace | undefined,
): LinkedPlace {
  const { base, joins } = place;
  const atOnce = base <= 1 && (above === undefined || above.atOnce);
  const identity = place.identity && linkIdentity(place.identity, joins.length);
  const find: LinkedPlace["find"] = atOnce && identity !== undefined ? identity.find : findByObject;

  function readerOf({ key, layer, type }: Read): Reader {
    const get = type === undefined ? getter(key) : () => type;
    if (layer >= base) {
      const join = layer - base;
      return (_, entity) => {
        const data = entity?.given[join]?.data;
        return data === undefined ? undefined : get(data);
      };
    }
    if (base === 1) return (position) => get(position as JsonObject);
    return (position) => {
      const part = (position as readonly (JsonObject | undefined)[])[layer];
      return part === undefined ? undefined : get(part);
    };
  }

  function reader(reads: readonly Read[]): Reader {
    const readers = reads.map(readerOf);
    const [first, ...others] = readers;
    if (first === undefined) return () => undefined;
    if (others.length === 0) return first;
    return (position, entity) => {
      let found: unknown;
      for (const read of readers) {
        const value = read(position, entity);
        if (value !== undefined && value !== null) return value;
        if (found === undefined) found = value;
      }
      return found;
    };
  }

  // The last fetch that knows it first: an interface object is told its real type after it was found.
  const typenames = place.typename.toReversed().map(readerOf);

  return {
    ...place,
    index,
    above,
    atOnce,
    identity,
    find,
    entity(position, run) {
      if (joins.length === 0) return undefined;
      const gathered = run.gathered[index];
      return gathered && find(gathered, position);
    },
    typename(position, entity) {
      let interfaceName: string | undefined;
      for (const read of typenames) {
        const name = read(position, entity);
        if (typeof name !== "string") continue;
        if (!interfaceObjects.has(name)) return name;
        interfaceName = name;
      }
      return interfaceName;
    },
    reader,
    partsReader(reads) {
      const readers = reads.map(readerOf);
      return (position, entity) => readers.map((read) => read(position, entity));
    },
  };
}

/** By any of its parts: when it was gathered, fetches that run at the same time may not have given theirs. */
function findByObject({ entityOf }: Gathered, position: Position): Entity | undefined {
  if (entityOf === undefined || !Array.isArray(position)) return entityOf?.get(position);
  for (const part of position as readonly (JsonObject | undefined)[]) {
    const entity = part && entityOf.get(part);
    if (entity !== undefined) return entity;
  }
  return undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
