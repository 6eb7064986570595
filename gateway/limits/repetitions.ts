import type { Measure } from "./definitions.ts";
import { placesOf } from "./places.ts";

/** How often one field stands at one place of the answer: validation compares each with each. */
export const countRepetitions: Measure = (definitions) => {
  let most = 0;
  for (const { fields } of placesOf(definitions)) {
    for (const same of fields.values()) most = Math.max(most, same.length);
  }
  return most;
};
