import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from "react";
import type { KnownTokens } from "./authorization.ts";
import type { Session } from "./sign-in.ts";

interface Kept {
  readonly session: Session | undefined;
  /** Tokens that may still stand in the headers of a tab. */
  readonly former: readonly string[];
}

interface OpenSession {
  readonly session: Session | undefined;
  readonly tokens: KnownTokens;
  /** Undefined ends it. */
  setSession(session: Session | undefined): void;
}

const key = "explorer:session";
const SessionContext = createContext<OpenSession | undefined>(undefined);

/** Who is signed in. The browser forgets it when the tab is closed. */
export function SessionProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [kept, setKept] = useState(read);
  useEffect(() => sessionStorage.setItem(key, JSON.stringify(kept)), [kept]);
  const setSession = useCallback(
    (session: Session | undefined) =>
      setKept(({ former, session: before }) => ({
        session,
        former: before === undefined ? former : [...former, before.accessToken].slice(-20),
      })),
    [],
  );
  const open = useMemo(
    () => ({
      session: kept.session,
      tokens: { current: kept.session?.accessToken, former: kept.former },
      setSession,
    }),
    [kept, setSession],
  );
  return <SessionContext value={open}>{children}</SessionContext>;
}

export function useSession(): OpenSession {
  const open = useContext(SessionContext);
  if (open === undefined) throw new Error("there is no SessionProvider above");
  return open;
}

function read(): Kept {
  const text = sessionStorage.getItem(key);
  return text === null ? { session: undefined, former: [] } : (JSON.parse(text) as Kept);
}
