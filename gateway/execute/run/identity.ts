import { getter } from "./get-value.ts";
import type { Entity, Gathered, Given, JsonObject, Position } from "./run.ts";

/** Tells by values of an object which entity it is. */
export interface Identity {
  find(gathered: Gathered, object: JsonObject): Entity | undefined;
  findOrAdd(gathered: Gathered, object: JsonObject): Entity;
}

/** @param joins how many fetches join there */
export function newEntity(sample: Position, joins: number): Entity {
  return {
    sample,
    objects: 0,
    given: new Array<Given | undefined>(joins),
    text: undefined,
    shape: -1,
  };
}

/**
 * Most often the key alone tells objects apart, and what else there is, such as the type, is the same: so entities are
 * found by the first value, and by all of them only where that was not enough.
 * @param keys whose values decide
 */
export function linkIdentity(keys: readonly string[], joins: number): Identity {
  const [first = "", ...others] = keys.toSorted((one) => (one === "__typename" ? 1 : -1));
  const firstValue = getter(first);
  const otherValues = others.map(getter);
  const values = [firstValue, ...otherValues];

  function isOther(object: JsonObject, { sample }: Entity): boolean {
    for (const value of otherValues) {
      if (value(object) !== value(sample as JsonObject)) return true;
    }
    return false;
  }

  function allOf(object: JsonObject): string {
    return values.map((value) => textOf(value(object))).join("");
  }

  return {
    find({ byValue, byValues }, object) {
      const known = byValue?.get(firstValue(object));
      if (known === undefined || !isOther(object, known)) return known;
      return byValues?.get(allOf(object));
    },
    findOrAdd(gathered, object) {
      const value = firstValue(object);
      gathered.byValue ??= new Map();
      const known = gathered.byValue.get(value);
      if (known === undefined) {
        const entity = newEntity(object, joins);
        gathered.byValue.set(value, entity);
        return entity;
      }
      if (!isOther(object, known)) return known;
      const all = allOf(object);
      gathered.byValues ??= new Map();
      const alike = gathered.byValues.get(all) ?? newEntity(object, joins);
      gathered.byValues.set(all, alike);
      return alike;
    },
  };
}

/** Such that no two lists of values have the same text when put together. */
function textOf(value: unknown): string {
  if (typeof value === "string") return `${value.length}:${value}`;
  return value === undefined ? "-" : `${JSON.stringify(value)};`;
}
