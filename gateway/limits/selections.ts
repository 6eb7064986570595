import type { SelectionSetNode } from "graphql";
import { type Measure, selectedIn } from "./definitions.ts";

/** Twice as many for each fragment in a chain is soon more than a number holds. */
const most = 1_000_000_000;

/** How many selections there are once each fragment stands where it is spread. A fragment is counted through once. */
export const countSelections: Measure = ({ fragments, roots }) => {
  const counted = new Map<SelectionSetNode, number>();

  function count(selectionSet: SelectionSetNode): number {
    const known = counted.get(selectionSet);
    if (known !== undefined) return known;
    let total = 0;
    for (const selection of selectionSet.selections) {
      const selected = selectedIn(selection, fragments);
      total += 1 + (selected === undefined ? 0 : count(selected));
    }
    total = Math.min(total, most);
    counted.set(selectionSet, total);
    return total;
  }

  return roots.reduce((total, root) => total + count(root), 0);
};
