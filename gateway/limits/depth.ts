import { Kind, type SelectionSetNode } from "graphql";
import { type Measure, selectedIn } from "./definitions.ts";

/** How many fields the longest way from the root to a leaf has. */
export const measureDepth: Measure = ({ fragments, roots }) => {
  const measured = new Map<SelectionSetNode, number>();

  function depthOf(selectionSet: SelectionSetNode): number {
    const known = measured.get(selectionSet);
    if (known !== undefined) return known;
    let deepest = 0;
    for (const selection of selectionSet.selections) {
      const selected = selectedIn(selection, fragments);
      const below = selected === undefined ? 0 : depthOf(selected);
      deepest = Math.max(deepest, below + (selection.kind === Kind.FIELD ? 1 : 0));
    }
    measured.set(selectionSet, deepest);
    return deepest;
  }

  return Math.max(0, ...roots.map(depthOf));
};
