import type { ContextVariable, Fetch } from "../../plan/program.ts";
import { type LinkedPlaces, linkWay } from "./gather.ts";
import type { LinkedPlace } from "./link-places.ts";
import { linkField } from "./represent.ts";
import { type Entity, type Position, type Run, root } from "./run.ts";
import { quote } from "./write-leaf.ts";

/** What a fetch asks about. */
export interface Target {
  readonly entity: Entity;
  /** What objects above it give to variables, as members of a JSON object; most often none. */
  readonly variables: string;
}

/** Finds what a fetch asks about: the objects at its place, or those that its path leads to if that is more choosy. */
export function linkTargets(
  fetch: Fetch,
  { gathers, places }: LinkedPlaces,
): (run: Run) => readonly Target[] {
  const gather = gathers[fetch.place];
  const place = places[fetch.place];
  if (gather === undefined || place === undefined) throw new Error("a fetch of nothing");
  const isChoosy = fetch.context.length > 0 || fetch.path.some(({ types }) => types !== undefined);
  if (!isChoosy) {
    return (run) => gather(run).entities.map((entity) => ({ entity, variables: "" }));
  }
  const ways = linkWays(fetch, places);
  const readers = fetch.context.map((variable) => linkVariable(variable, fetch, places));
  return (run) => {
    gather(run);
    const targets = new Map<Entity, Target>();
    for (const way of ways(run)) {
      const entity = place.entity(way.at(-1) as Position, run);
      if (entity === undefined || targets.has(entity)) continue;
      const values = new Map<string, string>();
      for (const { name, read } of readers) {
        const text = values.has(name) ? undefined : read(way, run);
        if (text !== undefined) values.set(name, text);
      }
      const variables = [...values].map(([name, text]) => `${quote(name)}:${text}`).join();
      targets.set(entity, { entity, variables });
    }
    return [...targets.values()];
  };
}

/** All ways from the root to the end of a path: the objects on each of them. */
function linkWays(
  { path }: Fetch,
  places: readonly LinkedPlace[],
): (run: Run) => readonly (readonly Position[])[] {
  let above = places[0] as LinkedPlace;
  const steps = path.map(({ place, types }) => {
    const from = above;
    above = places[place] as LinkedPlace;
    return linkWay(from, above, types);
  });
  return (run) => {
    let ways: readonly (readonly Position[])[] = [[root]];
    for (const step of steps) {
      ways = ways.flatMap((way) => step(way.at(-1) as Position, run).map((next) => [...way, next]));
    }
    return ways;
  };
}

function linkVariable(
  { field, name, types, up }: ContextVariable,
  { path }: Fetch,
  places: readonly LinkedPlace[],
): {
  readonly name: string;
  readonly read: (way: readonly Position[], run: Run) => string | undefined;
} {
  const at = path.length - up;
  const place = places[at === 0 ? 0 : (path[at - 1]?.place ?? 0)] as LinkedPlace;
  const text = linkField(field, place, places);
  // What is read of an object inside comes as an object with one member, and so on down to the value.
  const depth = depthOf(field);
  return {
    name,
    read(way, run) {
      const position = way[at] as Position;
      const entity = place.entity(position, run);
      if (types !== undefined && !types.includes(place.typename(position, entity) ?? "")) {
        return undefined;
      }
      const found = text(position, entity, run);
      if (found === undefined || depth === 0) return found;
      let value: unknown = JSON.parse(found);
      for (let level = 0; level < depth; level++) {
        value = typeof value === "object" && value !== null ? Object.values(value)[0] : null;
      }
      return JSON.stringify(value ?? null);
    },
  };
}

function depthOf({ within }: ContextVariable["field"]): number {
  const inner = within?.requires[0]?.fields[0];
  return inner === undefined ? 0 : 1 + depthOf(inner);
}
