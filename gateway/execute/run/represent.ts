import type { RequiredField, RequiredFragment } from "../../plan/program.ts";
import { isObject, type LinkedPlace } from "./link-places.ts";
import { type Entity, holds, type Position, type Run } from "./run.ts";
import { quote } from "./write-leaf.ts";

/** The JSON text of what is sent of an object; undefined when it lacks what would say which object it is. */
export type Represent = (
  position: Position,
  entity: Entity | undefined,
  run: Run,
) => string | undefined;

type Part = readonly [key: string, text: string];
type Parts = (
  position: Position,
  entity: Entity | undefined,
  run: Run,
) => readonly Part[] | undefined;

export function linkRepresent(
  requires: readonly RequiredFragment[],
  place: LinkedPlace,
  places: readonly LinkedPlace[],
): Represent {
  const parts = linkParts(requires, place, places);
  return (position, entity, run) => {
    const found = parts(position, entity, run);
    return found?.some(([key, text]) => key === "__typename" && text !== "null")
      ? write(found)
      : undefined;
  };
}

function write(parts: readonly Part[]): string {
  let text = "{";
  for (const [key, value] of parts) {
    if (text !== "{") text += ",";
    text += `${quote(key)}:${value}`;
  }
  return `${text}}`;
}

function linkParts(
  requires: readonly RequiredFragment[],
  place: LinkedPlace,
  places: readonly LinkedPlace[],
): Parts {
  const fragments = requires.map(({ fields, types }) => ({
    types: types && new Set<string | undefined>(types),
    fields: linkFields(fields, place, places),
  }));
  return (position, entity, run) => {
    const typename = place.typename(position, entity);
    let all: readonly Part[] | undefined;
    for (const { fields, types } of fragments) {
      if (types !== undefined && !types.has(typename)) continue;
      const found = fields(position, entity, run);
      if (found !== undefined) all = all === undefined ? found : merge(all, found);
      // What belongs to every object belongs to this one: without it there is nothing to send.
      else if (types === undefined) return undefined;
    }
    return all;
  };
}

/** Two fragments may require different parts of one object inside. */
function merge(one: readonly Part[], other: readonly Part[]): readonly Part[] {
  const merged = new Map(one);
  for (const [key, text] of other) {
    const known = merged.get(key);
    const isSame = known === undefined || known === text;
    merged.set(key, isSame ? text : JSON.stringify(both(JSON.parse(known), JSON.parse(text))));
  }
  return [...merged];
}

function both(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.map((item, index) => both(item, other[index]));
  }
  if (!isObject(one) || !isObject(other)) return other;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries(
    [...keys].map((key) => {
      if (!Object.hasOwn(one, key)) return [key, other[key]];
      return [key, Object.hasOwn(other, key) ? both(one[key], other[key]) : one[key]];
    }),
  );
}

function linkFields(
  fields: readonly RequiredField[],
  place: LinkedPlace,
  places: readonly LinkedPlace[],
): Parts {
  const linked = fields.map((field) => ({
    key: field.key,
    when: field.when,
    text: linkField(field, place, places),
  }));
  return (position, entity, run) => {
    const parts: Part[] = [];
    for (const { key, text, when } of linked) {
      const value = text(position, entity, run);
      if (value !== undefined) parts.push([key, value]);
      else if (when.length === 0 || when.some((one) => holds(one, run))) return undefined;
    }
    return parts;
  };
}

/** The JSON text of one field of an object; undefined when the object lacks it. */
export function linkField(
  { key, reads, within }: RequiredField,
  place: LinkedPlace,
  places: readonly LinkedPlace[],
): Represent {
  if (within === undefined) {
    const read = key === "__typename" ? place.typename : place.reader(reads);
    return (position, entity) => {
      const value = read(position, entity);
      return typeof value === "string" ? quote(value) : JSON.stringify(value);
    };
  }
  const child = places[within.place] as LinkedPlace;
  const parts = linkParts(within.requires, child, places);
  const object = (position: Position, run: Run): string => {
    const found = parts(position, child.entity(position, run), run);
    return found === undefined ? "null" : write(found);
  };
  if (child.base === 1) {
    const read = place.reader(reads);
    const value = (found: unknown, run: Run): string => {
      if (Array.isArray(found)) return `[${found.map((item) => value(item, run)).join()}]`;
      return isObject(found) ? object(found, run) : "null";
    };
    return (position, entity, run) => {
      const found = read(position, entity);
      return found === undefined ? undefined : value(found, run);
    };
  }
  const read = place.partsReader(reads);
  const value = (found: readonly unknown[], run: Run): string => {
    const list = found.find((part) => Array.isArray(part)) as readonly unknown[] | undefined;
    if (list !== undefined) {
      const item = (index: number): string =>
        value(
          found.map((part) => (Array.isArray(part) ? part[index] : undefined)),
          run,
        );
      return `[${list.map((_, index) => item(index)).join()}]`;
    }
    const position = found.map((part) => (isObject(part) ? part : undefined));
    return position.some((part) => part !== undefined) ? object(position, run) : "null";
  };
  return (position, entity, run) => {
    const found = read(position, entity);
    return found.every((part) => part === undefined) ? undefined : value(found, run);
  };
}
