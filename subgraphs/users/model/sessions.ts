import { v7 as newId } from "uuid";
import type { Clock } from "../../../runtime/clock.ts";
import { failure } from "../../../runtime/errors.ts";
import type { Viewer } from "../../../runtime/identity.ts";
import { parseInput } from "../../kit/input.ts";
import type { AccountStore } from "../store/account-store.ts";
import type { KnownToken, NewSession, SessionStore } from "../store/session-store.ts";
import type { AccessToken, AccessTokens, Claims } from "./access-tokens.ts";
import { signInInput } from "./inputs.ts";
import type { Caller, PasswordAttempts } from "./password-attempts.ts";
import type { Passwords } from "./passwords.ts";
import { hashToken, looksLikeToken, type RefreshTokens } from "./refresh-tokens.ts";
import { accountOf } from "./signed-in.ts";

/** Milliseconds for which a session lasts after its last use. */
const sessionLifetime = 30 * 24 * 60 * 60 * 1000;
/** Milliseconds for which a refresh token that was used still gives the same successor. */
const grace = 10_000;
/** Milliseconds after its end for which a session is kept: replicas need not agree on the time. */
const sweptAfter = 60 * 60 * 1000;

/** What a client gets of a session; its `user` is read when it is selected. */
export interface OpenSession extends AccessToken {
  readonly userId: string;
  readonly refreshToken: string;
}

/** A session that is not stored yet. */
export interface Draft {
  readonly session: NewSession;
  readonly refreshToken: string;
}

export interface Sessions {
  /**
   * @throws INVALID_CREDENTIALS after the same work, whether the account or the password is unknown; RATE_LIMITED before it
   */
  signIn(input: unknown, caller: Caller): Promise<OpenSession>;
  /** @throws SESSION_ENDED */
  refresh(refreshToken: string): Promise<OpenSession>;
  signOut(refreshToken: string): Promise<{ readonly ended: number }>;
  /** @throws UNAUTHENTICATED */
  signOutEverywhere(viewer: Viewer): Promise<{ readonly ended: number }>;
  /** Forgets sessions that are long over, `most` at most. Gives how many. */
  sweep(most: number): Promise<number>;
  /** A session for an account, to be stored together with what the account changes. */
  draft(userId: string): Draft;
  /** What a client gets of a draft that was stored. */
  opened(draft: Draft, role: string): Promise<OpenSession>;
}

export interface SessionsOptions {
  readonly store: SessionStore;
  readonly accounts: AccountStore;
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly passwords: Passwords;
  readonly attempts: PasswordAttempts;
  readonly clock: Clock;
}

interface Credentials {
  readonly email: string;
  readonly password: string;
}

export function createSessions(options: SessionsOptions): Sessions {
  const { accessTokens, accounts, attempts, clock, passwords, refreshTokens, store } = options;
  const now = (): Date => new Date(clock.now());
  const lifetimeFrom = (at: Date): Date => new Date(at.getTime() + sessionLifetime);

  async function withTokens(claims: Claims, refreshToken: string): Promise<OpenSession> {
    return { ...(await accessTokens.issue(claims)), userId: claims.userId, refreshToken };
  }

  async function signIn({ email, password }: Credentials): Promise<OpenSession> {
    const account = await accounts.credentialsOf({ email });
    const fits = await passwords.verify(account?.passwordHash, password);
    if (account === undefined || !fits) throw failure("INVALID_CREDENTIALS");
    const drafted = draft(account.id);
    if (!(await store.open(drafted.session, account.passwordHash))) {
      throw failure("INVALID_CREDENTIALS");
    }
    return opened(drafted, account.role);
  }

  function draft(userId: string): Draft {
    const refreshToken = refreshTokens.first();
    const openedAt = now();
    const expiresAt = lifetimeFrom(openedAt);
    const tokenHash = hashToken(refreshToken);
    return { session: { id: newId(), userId, tokenHash, openedAt, expiresAt }, refreshToken };
  }

  function opened({ session, refreshToken }: Draft, role: string): Promise<OpenSession> {
    return withTokens({ userId: session.userId, role, sessionId: session.id }, refreshToken);
  }

  /** Whether the token gave way to its successor in this call. Not so when another call was first. */
  function rotate({ session }: KnownToken, successor: string): Promise<boolean> {
    const at = now();
    return store.rotate({
      sessionId: session.id,
      generation: session.generation,
      successorHash: hashToken(successor),
      at,
      expiresAt: lifetimeFrom(at),
    });
  }

  async function refresh(refreshToken: string): Promise<OpenSession> {
    if (!looksLikeToken(refreshToken)) throw failure("SESSION_ENDED");
    const successor = refreshTokens.successorOf(refreshToken);
    // A call that loses the race to rotate reads again, and finds the token in its grace.
    for (let attempt = 0; attempt < 3; attempt++) {
      const known = await store.findToken(hashToken(refreshToken));
      if (known === undefined || isOver(known, clock.now())) throw failure("SESSION_ENDED");
      const use = kindOfUse(known, clock.now());
      if (use === "reuse") {
        await store.end(known.session.id, now());
        throw failure("SESSION_ENDED");
      }
      if (use === "repeat" || (await rotate(known, successor))) {
        const { id: userId, role } = known.user;
        return withTokens({ userId, role, sessionId: known.session.id }, successor);
      }
    }
    throw failure("CONFLICT");
  }

  return {
    async signIn(input, caller) {
      const credentials = parseInput("input", signInInput, input);
      return attempts.attempt(credentials.email, caller, () => signIn(credentials));
    },
    refresh,
    async signOut(refreshToken) {
      const known = looksLikeToken(refreshToken)
        ? await store.findToken(hashToken(refreshToken))
        : undefined;
      return { ended: known === undefined ? 0 : await store.end(known.session.id, now()) };
    },
    signOutEverywhere: async (viewer) => ({
      ended: await store.endAllOf(accountOf(viewer), now()),
    }),
    sweep: (most) => store.sweep(new Date(clock.now() - sweptAfter), most),
    draft,
    opened,
  };
}

function isOver({ session }: KnownToken, now: number): boolean {
  return session.endedAt !== null || session.expiresAt.getTime() <= now;
}

/**
 * What it means that a token is presented: the newest one is used; the one before it is asked for once more, by a
 * client that lost the answer or by two of its tabs; any older one was stolen, by whoever presents it or whoever did.
 */
function kindOfUse({ generation, session }: KnownToken, now: number): "use" | "repeat" | "reuse" {
  if (generation === session.generation) return "use";
  const isPrevious = generation === session.generation - 1;
  return isPrevious && now - session.rotatedAt.getTime() <= grace ? "repeat" : "reuse";
}
