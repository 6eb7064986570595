import type { ContextVariable, Fetch } from "../../plan/program.ts";
import { linkStep } from "./find-targets.ts";
import type { LinkedPlace, Position } from "./link-reads.ts";
import { linkField } from "./represent.ts";
import { type Run, root } from "./run.ts";
import { quote } from "./write-leaf.ts";

/** An object at the end of a path, and the values that the objects on the way to it give to variables: members of a JSON object. */
export interface TargetInContext {
  readonly position: Position;
  readonly variables: string;
}

/** Finds the objects at the end of a path with what `@fromContext` takes from those on the way. */
export function linkTargetsInContext(
  { context, path }: Fetch,
  places: readonly LinkedPlace[],
): (run: Run) => readonly TargetInContext[] {
  const way = [0, ...path.map(({ place }) => place)].map((index) => places[index] as LinkedPlace);
  const steps = path.map((step, index) =>
    linkStep(step, way[index] as LinkedPlace, way[index + 1] as LinkedPlace),
  );
  const readers = context.map((variable) => linkVariable(variable, way, places));

  return (run) => {
    let ways: readonly (readonly Position[])[] = [[root]];
    for (const step of steps) {
      ways = ways.flatMap((before) =>
        step([before.at(-1) as Position], run).map((position) => [...before, position]),
      );
    }
    return ways.map((positions) => {
      const values = new Map<string, string>();
      for (const { name, read } of readers) {
        const text = values.has(name) ? undefined : read(positions, run);
        if (text !== undefined) values.set(name, text);
      }
      const variables = [...values].map(([name, text]) => `${quote(name)}:${text}`).join();
      return { position: positions.at(-1) as Position, variables };
    });
  };
}

function linkVariable(
  { field, name, types, up }: ContextVariable,
  way: readonly LinkedPlace[],
  places: readonly LinkedPlace[],
): {
  readonly name: string;
  readonly read: (positions: readonly Position[], run: Run) => string | undefined;
} {
  const at = way.length - 1 - up;
  const place = way[at] as LinkedPlace;
  const text = linkField(field, place, places);
  // What is read of an object inside comes as an object with one member, and so on down to the value.
  const depth = depthOf(field);
  return {
    name,
    read(positions, run) {
      const layers = place.layers(positions[at] as Position, run);
      if (types !== undefined && !types.includes(place.typename(layers) ?? "")) return undefined;
      const found = text(layers, run);
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
