import type { Page } from "../pagination.ts";
import { partKey } from "./read-parts.ts";

/** The name of a page of a parent, among the pages of one kind. @param filter undefined fields count as absent */
export function pageKey(
  { after, backward, before, order, size }: Page<string>,
  filter: object = {},
): string {
  return partKey([order.name, backward ? -size : size], { after, before, ...filter });
}
