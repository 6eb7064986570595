import type { SelectionSetNode } from "graphql";
import type { Occurrence } from "./collect-fields.ts";

/**
 * Makes a function that names what is selected: the same selection sets under the same conditions have the same name. So
 * what was made of them once is found again, however many paths lead there.
 */
export function createNameOccurrences(): (occurrences: readonly Occurrence[]) => string {
  const numbers = new Map<SelectionSetNode, number>();

  function nameOf({ set, when }: Occurrence): string {
    const number = numbers.get(set) ?? numbers.size;
    numbers.set(set, number);
    return `${number}:${when.join()}`;
  }

  return (occurrences) => occurrences.map(nameOf).join("|");
}
