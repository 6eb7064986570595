import type { GraphQLResolveInfo } from "graphql";
import { v7 as newId } from "uuid";
import type { Clock } from "../../../runtime/clock.ts";
import { failure } from "../../../runtime/errors.ts";
import type { Viewer } from "../../../runtime/identity.ts";
import { parseInput } from "../../kit/input.ts";
import type { AccountStore } from "../store/account-store.ts";
import { accountDeleted } from "./events.ts";
import {
  changePasswordInput,
  deleteAccountInput,
  signUpInput,
  updateProfileInput,
} from "./inputs.ts";
import type { Caller, PasswordAttempts } from "./password-attempts.ts";
import type { Passwords } from "./passwords.ts";
import type { Profile } from "./profiles.ts";
import type { OpenSession, Sessions } from "./sessions.ts";
import type { SignUps } from "./sign-ups.ts";
import { accountOf } from "./signed-in.ts";
import { selectedColumns } from "./user-selection.ts";

/** An account that was changed or deleted. */
export interface ChangedAccount {
  readonly userId: string;
}

/** An account whose profile was changed, with what is selected of it. */
export interface ChangedProfile {
  readonly user: Profile;
}

/** Inputs come as the client sent them; they are checked here. */
export interface Accounts {
  /** @throws BAD_USER_INPUT, HANDLE_TAKEN, EMAIL_TAKEN, RATE_LIMITED */
  signUp(input: unknown, caller: Caller): Promise<OpenSession>;
  /** @throws UNAUTHENTICATED, BAD_USER_INPUT, HANDLE_TAKEN */
  updateProfile(viewer: Viewer, input: unknown, info: GraphQLResolveInfo): Promise<ChangedProfile>;
  /** @throws UNAUTHENTICATED, BAD_USER_INPUT, INVALID_CREDENTIALS, RATE_LIMITED */
  changePassword(viewer: Viewer, input: unknown, caller: Caller): Promise<OpenSession>;
  /**
   * The row goes, and by it the sessions; handle and address are free. Who else must know hears of it in an event.
   * @throws UNAUTHENTICATED, BAD_USER_INPUT, INVALID_CREDENTIALS, RATE_LIMITED, CONFLICT
   */
  deleteAccount(viewer: Viewer, input: unknown, caller: Caller): Promise<ChangedAccount>;
}

export interface AccountsOptions {
  readonly store: AccountStore;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly attempts: PasswordAttempts;
  readonly signUps: SignUps;
  readonly clock: Clock;
  /** Told after the commit that the outbox has something to deliver. */
  readonly outbox: { wake(): void };
}

export function createAccounts(options: AccountsOptions): Accounts {
  const { attempts, clock, outbox, passwords, sessions, signUps, store } = options;
  return {
    async signUp(input, caller) {
      const { password, ...names } = parseInput("input", signUpInput, input);
      return signUps.attempt(caller, async () => {
        const passwordHash = await passwords.hash(password);
        const draft = sessions.draft(newId());
        await store.create({ id: draft.session.userId, ...names, passwordHash }, draft.session);
        return sessions.opened(draft, "USER");
      });
    },
    async updateProfile(viewer, input, info) {
      const userId = accountOf(viewer);
      const changes = parseInput("input", updateProfileInput, input);
      const columns = selectedColumns(info, ["user"]);
      const user = await store.update(userId, changes, new Date(clock.now()), columns);
      // A token can outlive its account by some minutes.
      if (user === undefined) throw failure("UNAUTHENTICATED");
      return { user };
    },
    async changePassword(viewer, input, caller) {
      const account = await store.credentialsOf({ id: accountOf(viewer) });
      if (account === undefined) throw failure("UNAUTHENTICATED");
      const change = parseInput("input", changePasswordInput(account), input);
      const oldHash = account.passwordHash;
      await attempts.attempt(account.id, caller, async () => {
        if (await passwords.verify(oldHash, change.currentPassword)) return;
        throw failure("INVALID_CREDENTIALS", "The current password is wrong.");
      });
      const newHash = await passwords.hash(change.newPassword);
      const draft = sessions.draft(account.id);
      if (!(await store.changePassword({ oldHash, newHash }, draft.session))) {
        throw failure("INVALID_CREDENTIALS", "The password was changed meanwhile.");
      }
      return sessions.opened(draft, account.role);
    },
    async deleteAccount(viewer, input, caller) {
      const account = await store.credentialsOf({ id: accountOf(viewer) });
      if (account === undefined) throw failure("UNAUTHENTICATED");
      const { password } = parseInput("input", deleteAccountInput, input);
      await attempts.attempt(account.id, caller, async () => {
        if (await passwords.verify(account.passwordHash, password)) return;
        throw failure("INVALID_CREDENTIALS", "The password is wrong.");
      });
      // The password that was checked may be changed by now, or the account gone.
      if (!(await store.delete(account, accountDeleted(account.id)))) throw failure("CONFLICT");
      outbox.wake();
      return { userId: account.id };
    },
  };
}
