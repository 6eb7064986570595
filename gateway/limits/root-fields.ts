import type { Measure } from "./definitions.ts";
import { placeOf } from "./places.ts";

/** How many fields the root of an operation has, aliases counted apart: each is a call of a subgraph's resolver. */
export const countRootFields: Measure = ({ fragments, operations }) =>
  Math.max(
    0,
    ...operations.map(({ selectionSet }) => placeOf([selectionSet], fragments).fields.size),
  );
