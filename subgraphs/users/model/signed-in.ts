import { failure } from "../../../runtime/errors.ts";
import { anonymous, type Viewer } from "../../../runtime/identity.ts";
import { isUuid } from "../../kit/input.ts";

/** The viewer, if they can have an account here: another issuer's subject need not be one of our ids. */
export function withAccount(viewer: Viewer): Viewer {
  return viewer.kind === "user" && isUuid(viewer.id) ? viewer : anonymous;
}

/** The id of the viewer's account. @throws UNAUTHENTICATED */
export function accountOf(viewer: Viewer): string {
  if (viewer.kind === "anonymous") throw failure("UNAUTHENTICATED");
  return viewer.id;
}
