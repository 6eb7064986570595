import type { Read } from "../../plan/program.ts";
import { find, getter, isObject, type LinkedPlace } from "./link-places.ts";
import {
  type Entity,
  type Gathered,
  type Given,
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
    const above = place.parent === undefined ? undefined : (places[place.parent] as LinkedPlace);
    const step = above && linkStep(above, place);
    const parent = place.parent === undefined ? undefined : gathers[place.parent];
    const identify = linkIdentity(place);
    const keeps = place.joins.length > 0 || place.base > 1;
    gathers.push((run) => {
      const before = run.gathered[place.index];
      if (before?.complete === true) return before;
      const gathered = before ?? empty(keeps, place.identity !== undefined);
      run.gathered[place.index] = gathered;
      // Below an object of several fetches a place is gathered again, and keeps what its objects were given.
      const mayKnow = keeps && (before !== undefined || place.base > 1);
      if (!keeps) gathered.positions.length = 0;
      const add = (position: Position): void => {
        if (mayKnow && find(gathered, position, place.base) !== undefined) return;
        gathered.positions.push(position);
        if (!keeps) return;
        note(gathered, position, place.base, identify(position, gathered));
      };
      if (step === undefined || parent === undefined) add(root);
      else step(parent(run), add);
      // What several fetches give of an object may come one after the other.
      gathered.complete =
        place.base <= 1 && (above === undefined || run.gathered[above.index]?.complete === true);
      return gathered;
    });
  }
  return gathers;
}

function empty(keeps: boolean, identifies: boolean): Gathered {
  return {
    positions: [],
    entities: [],
    entityOf: keeps ? new Map() : undefined,
    byValue: identifies ? new Map() : undefined,
    byValues: undefined,
    complete: false,
  };
}

function note(gathered: Gathered, position: Position, base: number, entity: Entity): void {
  entity.objects += 1;
  if (entity.objects === 1) gathered.entities.push(entity);
  if (base === 1) {
    gathered.entityOf?.set(position, entity);
    return;
  }
  for (const part of position as readonly (JsonObject | undefined)[]) {
    if (part !== undefined) gathered.entityOf?.set(part, entity);
  }
}

/** Finds the entity that an object is, or makes one of it. */
function linkIdentity({
  identity,
  joins,
}: LinkedPlace): (position: Position, gathered: Gathered) => Entity {
  const newEntity = (sample: Position): Entity => ({
    sample,
    objects: 0,
    given: new Array<Given | undefined>(joins.length),
    text: undefined,
    shape: -1,
  });
  if (identity === undefined) return newEntity;
  // Most often the key alone tells objects apart, and what else there is, such as the type, is the same.
  const [first = "", ...others] = identity.toSorted((one) => (one === "__typename" ? 1 : -1));
  const firstValue = getter(first);
  const otherValues = others.map(getter);
  const values = [firstValue, ...otherValues];
  return (position, gathered) => {
    const { byValue } = gathered;
    const object = position as JsonObject;
    const value = firstValue(object);
    const known = byValue?.get(value);
    if (known === undefined) {
      const entity = newEntity(position);
      byValue?.set(value, entity);
      return entity;
    }
    const sample = known.sample as JsonObject;
    if (otherValues.every((other) => other(object) === other(sample))) return known;
    const all = values.map((one) => textOf(one(object))).join("");
    gathered.byValues ??= new Map();
    const alike = gathered.byValues.get(all) ?? newEntity(position);
    gathered.byValues.set(all, alike);
    return alike;
  };
}

/** Such that no two lists of values have the same text when put together. */
function textOf(value: unknown): string {
  if (typeof value === "string") return `${value.length}:${value}`;
  return value === undefined ? "-" : `${JSON.stringify(value)};`;
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
      const entity = above.joins.length > 0 ? find(gathered, position, above.base) : undefined;
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
