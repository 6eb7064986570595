import type { Measure } from "./definitions.ts";

/** How many fragments a document defines. Validation and planning call themselves along chains of them. */
export const countFragments: Measure = ({ fragments }) => fragments.size;
