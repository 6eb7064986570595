import { failure } from "../../../runtime/errors.ts";
import type { ListRole } from "../store/rows.ts";

/** Editors and owners change todos and a list's name. @throws FORBIDDEN */
export function mustEdit(role: ListRole | null | undefined): void {
  if (role !== "EDITOR" && role !== "OWNER") {
    throw failure("FORBIDDEN", "Only editors and owners of the list may do this.");
  }
}

/** Owners change members and visibility, and delete. @throws FORBIDDEN */
export function mustOwn(role: ListRole | null | undefined): void {
  if (role !== "OWNER") throw failure("FORBIDDEN", "Only owners of the list may do this.");
}

/** @throws NOT_FOUND with the ids of those that are missing, or that the viewer may not see */
export function mustFindAll(
  ids: readonly string[],
  found: readonly { readonly id: string }[],
): void {
  const known = new Set(found.map(({ id }) => id));
  const missing = ids.filter((id) => !known.has(id));
  if (missing.length > 0) throw failure("NOT_FOUND", undefined, { ids: missing });
}

/** @throws FORBIDDEN with the ids of those that the viewer sees but may not change */
export function mustEditAll(
  found: readonly { readonly id: string; readonly role: ListRole | null }[],
): void {
  const ids = found.filter(({ role }) => role !== "EDITOR" && role !== "OWNER").map(({ id }) => id);
  if (ids.length > 0) {
    throw failure("FORBIDDEN", "Only editors and owners of the list may do this.", { ids });
  }
}
