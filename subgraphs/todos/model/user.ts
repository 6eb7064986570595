import { failure } from "../../../runtime/errors.ts";
import type { Viewer } from "../../../runtime/identity.ts";

/** A user as this subgraph knows them: by id alone. The rest is the users service's to tell. */
export interface UserStub {
  readonly id: string;
}

/** Costs no statement, and tells nothing about whether there is such an account. */
export function userOf(id: string | null | undefined): UserStub | null {
  return id == null ? null : { id };
}

/** The id of who writes. @throws UNAUTHENTICATED */
export function signedIn(viewer: Viewer): string {
  if (viewer.kind === "anonymous") throw failure("UNAUTHENTICATED");
  return viewer.id;
}
