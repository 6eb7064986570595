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

export function linkRepresent(
  requires: readonly RequiredFragment[],
  place: LinkedPlace,
  places: readonly LinkedPlace[],
): Represent {
  const members = linkMembers(requires, place, places);
  const alwaysNamed = requires.every(({ fields }) =>
    fields.some(({ key, when }) => key === "__typename" && isAlways(when)),
  );
  return (position, entity, run) => {
    const found = members(position, entity, run);
    if (found === undefined) return undefined;
    const text = `{${found}}`;
    return alwaysNamed || Object.hasOwn(JSON.parse(text), "__typename") ? text : undefined;
  };
}

function isAlways(when: RequiredField["when"]): boolean {
  return when.length === 0 || when.some((one) => one.length === 0);
}

/** Links the members of an object's JSON text: what stands between its braces. */
function linkMembers(
  requires: readonly RequiredFragment[],
  place: LinkedPlace,
  places: readonly LinkedPlace[],
): Represent {
  const fragments = requires.map(({ fields, types }) => ({
    types: types && new Set<string | undefined>(types),
    fields: linkFields(fields, types?.length === 1 ? types[0] : undefined, place, places),
  }));
  const isTyped = requires.some(({ types }) => types !== undefined);
  return (position, entity, run) => {
    const typename = isTyped ? place.typename(position, entity) : undefined;
    let all: string | undefined;
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
function merge(one: string, other: string): string {
  if (one === other) return one;
  return JSON.stringify(both(JSON.parse(`{${one}}`), JSON.parse(`{${other}}`))).slice(1, -1);
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

/** @param typename of all objects that it is for, if there is but one */
function linkFields(
  fields: readonly RequiredField[],
  typename: string | undefined,
  place: LinkedPlace,
  places: readonly LinkedPlace[],
): Represent {
  const isKnown = ({ key }: RequiredField): boolean =>
    typename !== undefined && key === "__typename";
  const known = fields.some(isKnown) ? `"__typename":${quote(typename ?? "")}` : "";
  const linked = fields
    .filter((field) => !isKnown(field))
    .map((field) => ({
      first: `${known}${known === "" ? "" : ","}${quote(field.key)}:`,
      next: `,${quote(field.key)}:`,
      when: field.when,
      text: linkField(field, place, places),
    }));
  return (position, entity, run) => {
    let members = "";
    for (const { first, next, text, when } of linked) {
      const value = text(position, entity, run);
      if (value !== undefined) members += (members === "" ? first : next) + value;
      else if (when.length === 0 || when.some((one) => holds(one, run))) return undefined;
    }
    return members === "" ? known : members;
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
    return (position, entity, run) => {
      const value = read(position, entity);
      if (typeof value !== "string") return JSON.stringify(value);
      return run.plain ? `"${value}"` : quote(value);
    };
  }
  const child = places[within.place] as LinkedPlace;
  const members = linkMembers(within.requires, child, places);
  const object = (position: Position, run: Run): string => {
    const found = members(position, child.entity(position, run), run);
    return found === undefined ? "null" : `{${found}}`;
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
