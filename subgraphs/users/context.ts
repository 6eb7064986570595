import type { Viewer } from "../../runtime/identity.ts";
import type { RequestWrites } from "../kit/cache/cache-writes.ts";
import type { Accounts } from "./model/accounts.ts";
import type { Caller } from "./model/password-attempts.ts";
import type { Profiles } from "./model/profiles.ts";
import type { Sessions } from "./model/sessions.ts";

/** What the resolvers of one request share. */
export interface Context {
  readonly viewer: Viewer;
  readonly caller: Caller;
  /** Of this request: they read as its viewer and batch what is asked for at once. */
  readonly profiles: Profiles;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  /** Those that `accounts` make. */
  readonly writes: RequestWrites;
}
