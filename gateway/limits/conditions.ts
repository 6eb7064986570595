import type { Measure } from "./definitions.ts";
import { placesOf } from "./places.ts";

/**
 * How many fragments, spread or inline, meet at one place of the answer. Below an interface, a planner looks at each of them
 * for each type that may stand there.
 */
export const countConditions: Measure = (definitions) => {
  let most = 0;
  for (const { fragments } of placesOf(definitions)) most = Math.max(most, fragments);
  return most;
};
