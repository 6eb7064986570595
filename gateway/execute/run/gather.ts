import type { Read } from "../../plan/program.ts";
import { getter } from "./get-value.ts";
import { newEntity } from "./identity.ts";
import { isObject, type LinkedPlace } from "./link-places.ts";
import {
  type Entity,
  type Gathered,
  type JsonObject,
  type Position,
  type Run,
  root,
} from "./run.ts";

/** Gathers the objects at a place from what has been fetched so far. */
export type Gather = (run: Run) => Gathered;

/** The places of a program, and what gathers the objects at each. */
export interface LinkedPlaces {
  readonly places: readonly LinkedPlace[];
  readonly gathers: readonly Gather[];
}

/** Links, for each place, what gathers its objects. */
export function linkGather(places: readonly LinkedPlace[]): readonly Gather[] {
  const gathers: Gather[] = [];
  // A place comes after the one above it.
  for (const place of places) {
    const { above, atOnce, base, identity, index, joins } = place;
    const step = above && linkStep(above, place);
    const parent = above && gathers[above.index];
    const keeps = joins.length > 0 || base > 1;
    const byObject = keeps && !(atOnce && identity !== undefined);
    gathers.push((run) => {
      const before = run.gathered[index];
      if (before !== undefined && atOnce) return before;
      const gathered = before ?? nothingGathered(byObject);
      run.gathered[index] = gathered;
      // Below an object of several fetches a place is gathered again, and keeps what its objects were given.
      const mayKnow = byObject && (before !== undefined || base > 1);
      if (!keeps) gathered.positions.length = 0;
      const add = (position: Position): void => {
        if (mayKnow && place.find(gathered, position) !== undefined) return;
        gathered.positions.push(position);
        if (!keeps) return;
        const entity =
          identity?.findOrAdd(gathered, position as JsonObject) ??
          newEntity(position, joins.length);
        entity.objects += 1;
        if (entity.objects === 1) gathered.entities.push(entity);
        if (byObject) note(gathered, position, entity);
      };
      if (step === undefined || parent === undefined) add(root);
      else step(parent(run), add);
      return gathered;
    });
  }
  return gathers;
}

function nothingGathered(byObject: boolean): Gathered {
  return {
    positions: [],
    entities: [],
    entityOf: byObject ? new Map() : undefined,
    byValue: undefined,
    byValues: undefined,
  };
}

/** An object in parts is known by each of them. */
function note({ entityOf }: Gathered, position: Position, entity: Entity): void {
  if (!Array.isArray(position)) {
    entityOf?.set(position, entity);
    return;
  }
  for (const part of position as readonly (JsonObject | undefined)[]) {
    if (part !== undefined) entityOf?.set(part, entity);
  }
}

type Step = (above: Gathered, add: (position: Position) => void) => void;

/** Goes from the objects at one place to those that a field of them leads to. */
function linkStep(above: LinkedPlace, place: LinkedPlace): Step {
  const { base, reads } = place;
  if (base === 0) return () => {};
  if (base > 1) return stepToParts(above, reads);
  const [read] = reads;
  if (read === undefined) return () => {};
  const get = getter(read.key);
  const join = read.layer - above.base;
  if (join >= 0) {
    return ({ entities }, add) => {
      // Two entities may have been given the same.
      const seen = new Set<unknown>();
      for (const { given } of entities) {
        const data = given[join]?.data;
        if (data === undefined || seen.has(data)) continue;
        seen.add(data);
        addAll(get(data), add);
      }
    };
  }
  if (above.base === 1) {
    return ({ positions }, add) => {
      for (const position of positions) addAll(get(position as JsonObject), add);
    };
  }
  const value = above.reader(reads);
  return ({ positions }, add) => {
    for (const position of positions) addAll(value(position, undefined), add);
  };
}

function addAll(value: unknown, add: (position: Position) => void): void {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) add(value as JsonObject);
  else for (const item of value) addAll(item, add);
}

function stepToParts(above: LinkedPlace, reads: readonly Read[]): Step {
  const parts = above.partsReader(reads);
  return (gathered, add) => {
    for (const position of gathered.positions) {
      const entity = above.joins.length > 0 ? above.find(gathered, position) : undefined;
      addParts(parts(position, entity), add);
    }
  };
}

/** The same place of lists, or of lists of lists, is the same object. */
function addParts(values: readonly unknown[], add: (position: Position) => void): void {
  const list = values.find((value) => Array.isArray(value)) as readonly unknown[] | undefined;
  if (list !== undefined) {
    for (let index = 0; index < list.length; index++) {
      addParts(
        values.map((value) => (Array.isArray(value) ? value[index] : undefined)),
        add,
      );
    }
    return;
  }
  const position = values.map((value) => (isObject(value) ? value : undefined));
  if (position.some((part) => part !== undefined)) add(position);
}

/** Goes from one object, for paths that depend on more than the place: on types, or on what stands further up. */
export function linkWay(
  above: LinkedPlace,
  place: LinkedPlace,
  types: readonly string[] | undefined,
): (position: Position, run: Run) => readonly Position[] {
  const { base, reads } = place;
  const one = above.reader(reads);
  const several = above.partsReader(reads);
  const wanted = types && new Set<string | undefined>(types);
  return (position, run) => {
    const found: Position[] = [];
    const add = (next: Position): void => {
      const isWanted = wanted?.has(place.typename(next, place.entity(next, run))) ?? true;
      if (isWanted) found.push(next);
    };
    const entity = above.entity(position, run);
    if (base > 1) addParts(several(position, entity), add);
    else addAll(one(position, entity), add);
    return found;
  };
}
