import type { Fetch, PathStep } from "../../plan/program.ts";
import { isObject, type LinkedPlace, type Position } from "./link-reads.ts";
import { type Run, root } from "./run.ts";

/** Finds the objects at the end of a path, each of them once however often it stands in the answer. */
export type FindTargets = (run: Run) => readonly Position[];

export function linkTargets({ path }: Fetch, places: readonly LinkedPlace[]): FindTargets {
  let above = places[0] as LinkedPlace;
  const steps = path.map((step) => {
    const from = above;
    above = places[step.place] as LinkedPlace;
    return linkStep(step, from, above);
  });
  return (run) => {
    let positions: readonly Position[] = [root];
    for (const step of steps) {
      if (positions.length === 0) break;
      positions = step(positions, run);
    }
    return positions;
  };
}

export function linkStep(
  { reads, types }: PathStep,
  from: LinkedPlace,
  to: LinkedPlace,
): (positions: readonly Position[], run: Run) => readonly Position[] {
  // Only where entities join can two objects share what is below them.
  const shares = from.joins.length > 0;
  const fits = types === undefined ? undefined : new Set<string | undefined>(types);
  const isWanted = (position: Position, run: Run): boolean =>
    fits === undefined || fits.has(to.typename(to.layers(position, run)));

  if (to.base <= 1) {
    const read = from.reader(reads);
    return (positions, run) => {
      const found: Position[] = [];
      const seen = shares && positions.length > 1 ? new Set<unknown>() : undefined;
      const take = (value: unknown): void => {
        if (typeof value !== "object" || value === null) return;
        if (Array.isArray(value)) {
          for (const item of value) take(item);
        } else if (isWanted(value as Position, run)) {
          found.push(value as Position);
        }
      };
      for (const position of positions) {
        const value = read(from.layers(position, run));
        if (seen !== undefined) {
          if (seen.has(value)) continue;
          seen.add(value);
        }
        take(value);
      }
      return found;
    };
  }

  const read = from.partsReader(reads);
  return (positions, run) => {
    const found: Position[] = [];
    const take = (values: readonly unknown[]): void => {
      const list = values.find((value) => Array.isArray(value)) as readonly unknown[] | undefined;
      if (list !== undefined) {
        for (let index = 0; index < list.length; index++) {
          take(values.map((value) => (Array.isArray(value) ? value[index] : undefined)));
        }
        return;
      }
      const position = values.map((value) => (isObject(value) ? value : undefined));
      if (position.some((part) => part !== undefined) && isWanted(position, run)) {
        found.push(position);
      }
    };
    for (const position of positions) take(read(from.layers(position, run)));
    return found;
  };
}
