import type { Place, Read } from "../../plan/program.ts";
import type { Joined, JsonObject, Run } from "./run.ts";

/** An object of the answer before what was fetched for it: itself, or what several fetches gave of it. */
export type Position = JsonObject | readonly (JsonObject | undefined)[];

/** An object of the answer with all that is known of it. */
export type Layers = JsonObject | readonly (JsonObject | undefined)[];

/** How the objects at a place are found and looked into. */
export interface LinkedPlace {
  readonly base: number;
  readonly joins: readonly number[];
  /** Notes what a fetch gave for an object. */
  note(joined: Joined, position: Position, noted: Map<object, Joined>): void;
  find(position: Position, noted: ReadonlyMap<object, Joined> | undefined): Joined | undefined;
  layers(position: Position, run: Run): Layers;
  /** The name of its object type, or of an interface as long as nobody has said more. */
  typename(layers: Layers): string | undefined;
  /** Reads one value from the layers of an object: the first that is not null. */
  reader(reads: readonly Read[]): (layers: Layers) => unknown;
  /** Reads the object or objects of a field that several layers have: what each of them has. */
  partsReader(reads: readonly Read[]): (layers: Layers) => readonly unknown[];
}

/** @param interfaceObjects see `Program` */
export function linkPlace(
  { base, joins, typename }: Place,
  interfaceObjects: ReadonlySet<string>,
): LinkedPlace {
  // An object that nothing else is known of stands for itself: most objects of most answers.
  const single = base === 1 && joins.length === 0;

  function reader(reads: readonly Read[]): (layers: Layers) => unknown {
    const values = reads.map(({ key, layer }) => {
      const get = getter(key);
      if (single) return get as (layers: Layers) => unknown;
      return (layers: Layers): unknown => {
        const object = (layers as readonly (JsonObject | undefined)[])[layer];
        return object === undefined ? undefined : get(object);
      };
    });
    const [first, ...others] = values;
    if (first === undefined) return () => undefined;
    if (others.length === 0) return first;
    return (layers) => {
      let found: unknown;
      for (const read of values) {
        const value = read(layers);
        if (value !== undefined && value !== null) return value;
        if (found === undefined) found = value;
      }
      return found;
    };
  }

  /** By any of its parts: when a fetch ran, others that run at the same time may not have given theirs. */
  function find(
    position: Position,
    noted: ReadonlyMap<object, Joined> | undefined,
  ): Joined | undefined {
    if (noted === undefined || base === 1) return noted?.get(position);
    for (const part of partsOf(position)) {
      const joined = noted.get(part);
      if (joined !== undefined) return joined;
    }
    return undefined;
  }

  const typenames = typename.toReversed().map((read) => reader([read]));

  return {
    base,
    joins,
    note(joined, position, noted) {
      if (base === 1) noted.set(position, joined);
      else for (const part of partsOf(position)) noted.set(part, joined);
    },
    find,
    layers(position, run) {
      if (joins.length === 0) return position;
      const layers = base === 1 ? [position as JsonObject] : [...(position as JsonObject[])];
      for (const index of joins) {
        layers.push(find(position, run.joins[index])?.given.data as JsonObject);
      }
      return layers;
    },
    typename(layers) {
      let interfaceName: string | undefined;
      for (const read of typenames) {
        const name = read(layers);
        if (typeof name !== "string") continue;
        if (!interfaceObjects.has(name)) return name;
        interfaceName = name;
      }
      return interfaceName;
    },
    reader,
    partsReader(reads) {
      const readers = reads.map((read) => reader([read]));
      return (layers) => readers.map((read) => read(layers));
    },
  };
}

function partsOf(position: Position): readonly JsonObject[] {
  return (position as readonly (JsonObject | undefined)[]).filter((part) => part !== undefined);
}

/**
 * Reads own properties only: a key that every object inherits something under is looked at twice, any other is its own
 * or nothing.
 */
function getter(key: string): (object: JsonObject) => unknown {
  if (key in Object.prototype) {
    return (object) => (Object.hasOwn(object, key) ? object[key] : undefined);
  }
  return (object) => object[key];
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
